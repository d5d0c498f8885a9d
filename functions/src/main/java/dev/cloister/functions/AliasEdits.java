package dev.cloister.functions;

import dev.cloister.functions.FunctionAlias.Route;
import dev.cloister.functions.Ledger.Edited;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Creating, changing and deleting aliases. Thread-safe. Every method throws {@link
 * dev.cloister.api.AwsError} on a refusal and returns when its change is durable.
 */
public final class AliasEdits {
    private static final String NAME_FORM = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)";
    private static final Pattern NAME = Pattern.compile(NAME_FORM);
    private static final int MAX_NAME = 128;
    private static final String ROUTING_PATH = "routingConfig.additionalVersionWeights";

    private final Ledger ledger;

    AliasEdits(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * The members that a request gives.
     *
     * @param routing the weights by version; an empty map removes the routing
     */
    public record AliasChange(
            Optional<String> version,
            Optional<String> description,
            Optional<Map<String, Double>> routing,
            Optional<String> revisionId) {}

    public FunctionAlias create(FunctionKey key, String name, AliasChange given) {
        checkName(name);
        given.description().ifPresent(ConfigurationRules::checkDescription);
        String version =
                given.version()
                        .orElseThrow(
                                () ->
                                        new dev.cloister.api.AwsError(
                                                "ValidationException",
                                                400,
                                                LambdaErrors.validationText(
                                                        "null",
                                                        "functionVersion",
                                                        "Member must not be null")));
        return ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> {
                    if (function.aliases().containsKey(name)) {
                        throw LambdaErrors.conflict("Alias already exists: " + key.arn(name));
                    }
                    FunctionAlias alias =
                            checked(
                                    function,
                                    new FunctionAlias(
                                            name,
                                            given.description().orElse(""),
                                            version,
                                            route(given.routing().orElse(Map.of())),
                                            UUID.randomUUID().toString()));
                    return new Edited<>(function.withAlias(alias), alias);
                });
    }

    public FunctionAlias update(FunctionKey key, String name, AliasChange given) {
        given.description().ifPresent(ConfigurationRules::checkDescription);
        return ledger.edit(
                key,
                () -> LambdaErrors.notFound("Alias not found: " + key.arn(name)),
                function -> {
                    FunctionAlias old = function.aliases().get(name);
                    if (old == null) {
                        throw LambdaErrors.notFound("Alias not found: " + key.arn(name));
                    }
                    if (given.revisionId().isPresent()
                            && !given.revisionId().get().equals(old.revisionId())) {
                        throw LambdaErrors.staleRevision();
                    }
                    FunctionAlias alias =
                            checked(
                                    function,
                                    new FunctionAlias(
                                            name,
                                            given.description().orElse(old.description()),
                                            given.version().orElse(old.version()),
                                            given.routing()
                                                    .map(AliasEdits::route)
                                                    .orElse(old.routing()),
                                            UUID.randomUUID().toString()));
                    return new Edited<>(function.withAlias(alias), alias);
                });
    }

    /** Deletes an alias; no error if the function has none of that name. */
    public void delete(FunctionKey key, String name) {
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function ->
                        new Edited<>(
                                function.aliases().containsKey(name)
                                        ? function.withoutAlias(name)
                                        : function,
                                Boolean.TRUE));
    }

    private static FunctionAlias checked(FunctionRecord function, FunctionAlias alias) {
        FunctionVersion primary = version(function, alias.version());
        if (alias.routing().isEmpty()) {
            return alias;
        }
        String second = alias.routing().get().version();
        if (alias.version().equals(FunctionVersion.LATEST)) {
            throw LambdaErrors.untyped(
                    "$LATEST is not supported for an alias pointing to more than 1 version");
        }
        if (second.equals(alias.version())) {
            throw LambdaErrors.invalidParameter(
                    "Invalid function version "
                            + second
                            + ". Function version "
                            + second
                            + " is already included in routing configuration.");
        }
        FunctionVersion other = version(function, second);
        if (!other.content().role().equals(primary.content().role())) {
            throw LambdaErrors.invalidParameter(
                    "The versions of an alias must have the same execution role: "
                            + alias.version()
                            + " and "
                            + second
                            + " have different ones.");
        }
        Optional<String> queue = primary.content().options().deadLetterTarget();
        if (!other.content().options().deadLetterTarget().equals(queue)) {
            throw LambdaErrors.invalidParameter(
                    "The versions of an alias must have the same dead-letter queue, or none: "
                            + alias.version()
                            + " and "
                            + second
                            + " have different ones.");
        }
        return alias;
    }

    private static FunctionVersion version(FunctionRecord function, String version) {
        return function.version(version)
                .orElseThrow(() -> LambdaErrors.functionNotFound(function.key().arn(version)));
    }

    private static Optional<Route> route(Map<String, Double> weights) {
        if (weights.size() > 1) {
            throw LambdaErrors.invalidParameter(
                    "Number of items in AdditionalVersionWeights cannot be greater than 1");
        }
        for (Map.Entry<String, Double> weight : weights.entrySet()) {
            if (!FunctionRecord.isNumber(weight.getKey())) {
                throw LambdaErrors.validation(
                        "{" + weight.getKey() + "=" + weight.getValue() + "}",
                        ROUTING_PATH,
                        "Map keys must satisfy constraint: [Member must have length less than or"
                                + " equal to 1024, Member must have length greater than or equal to"
                                + " 1, Member must satisfy regular expression pattern: [0-9]+, Member"
                                + " must not be null]");
            }
            double share = weight.getValue();
            if (!(share >= 0.0 && share <= 1.0)) {
                throw LambdaErrors.validation(
                        "{" + weight.getKey() + "=" + share + "}",
                        ROUTING_PATH,
                        "Map value must satisfy constraint: [Member must have value less than or"
                                + " equal to 1.0, Member must have value greater than or equal to"
                                + " 0.0, Member must not be null]");
            }
            return Optional.of(new Route(weight.getKey(), share));
        }
        return Optional.empty();
    }

    private static void checkName(String name) {
        if (name.length() > MAX_NAME) {
            throw LambdaErrors.validation(
                    name, "name", "Member must have length less than or equal to " + MAX_NAME);
        }
        if (!NAME.matcher(name).matches()) {
            throw LambdaErrors.validation(
                    name, "name", "Member must satisfy regular expression pattern: " + NAME_FORM);
        }
    }
}
