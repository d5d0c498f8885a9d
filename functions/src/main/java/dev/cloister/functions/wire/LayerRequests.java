package dev.cloister.functions.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.layers.LayerKey;
import dev.cloister.functions.layers.LayerVersion;
import dev.cloister.functions.layers.Layers;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which layer a request means, and whether the caller may do that with it. */
final class LayerRequests {
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:[a-zA-Z0-9-]+:lambda:([a-zA-Z0-9-]+):(\\d{12}):layer:([a-zA-Z0-9-_]+)"
                            + "(?::([0-9]+))?");
    private static final String READ = "lambda:GetLayerVersion";

    private LayerRequests() {}

    /** A layer version that was found, with its place. */
    record Found(LayerKey key, LayerVersion version) {}

    /**
     * A layer of the caller's own.
     *
     * @param given a name or an ARN, of the form that the API's model has
     * @param action the IAM action, for the refusal of another account's layer
     */
    static LayerKey own(String given, RequestContext context, String action) {
        LayerKey key = key(given, context);
        if (!key.account().equals(context.account())) {
            throw denied(context, action, key.arn());
        }
        return key;
    }

    /** A version of a layer of the caller's own, which need not exist. */
    static LayerKey own(String given, long version, RequestContext context, String action) {
        LayerKey key = key(given, context);
        if (!key.account().equals(context.account())) {
            throw denied(context, action, key.arn(version));
        }
        checkNumber(version);
        return key;
    }

    /** A layer version that the caller may read. */
    static Found readable(Layers layers, LayerKey key, long number, RequestContext context) {
        checkNumber(number);
        Optional<LayerVersion> version = layers.index().find(key, number);
        if (!key.account().equals(context.account())
                && version.filter(v -> layers.allows(key, v, context.account())).isEmpty()) {
            throw denied(context, READ, key.arn(number));
        }
        return new Found(
                key,
                version.orElseThrow(
                        () -> LambdaErrors.notFound("The resource you requested does not exist.")));
    }

    /** As {@link #readable}, by the version's ARN. */
    static Found readable(Layers layers, String versionArn, RequestContext context) {
        Matcher matcher = ARN.matcher(versionArn);
        if (!matcher.matches() || matcher.group(4) == null) {
            throw LambdaErrors.invalidParameter("Invalid layer version ARN: " + versionArn);
        }
        return readable(layers, key(matcher, context), number(matcher.group(4)), context);
    }

    /** A name, or an ARN of this region. */
    static LayerKey key(String given, RequestContext context) {
        Matcher matcher = ARN.matcher(given);
        return matcher.matches()
                ? key(matcher, context)
                : new LayerKey(context.account(), context.region(), given);
    }

    private static LayerKey key(Matcher matcher, RequestContext context) {
        String region = matcher.group(1);
        if (!region.equals(context.region().value())) {
            throw LambdaErrors.notFound(
                    "Layers from '"
                            + region
                            + "' are not reachable in this region ('"
                            + context.region()
                            + "')");
        }
        return new LayerKey(new AccountId(matcher.group(2)), new Region(region), matcher.group(3));
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }

    private static void checkNumber(long version) {
        if (version < 1) {
            throw LambdaErrors.invalidParameter("Layer Version Cannot be less than 1");
        }
    }

    private static RuntimeException denied(RequestContext context, String action, String arn) {
        return LambdaErrors.accessDenied(
                "User: "
                        + context.principal().arn()
                        + " is not authorized to perform: "
                        + action
                        + " on resource: "
                        + arn
                        + " because no resource-based policy allows the "
                        + action
                        + " action");
    }
}
