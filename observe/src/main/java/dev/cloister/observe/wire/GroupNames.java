package dev.cloister.observe.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogErrors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways in which requests name a log group. A request acts in its own account and region. */
final class GroupNames {
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:logs:([a-z0-9-]+):([0-9]{12}):log-group:([.\\-_/#A-Za-z0-9]{1,512})(:\\*)?");

    private GroupNames() {}

    static GroupName named(String name, RequestContext context) {
        return new GroupName(context.account(), context.region(), name);
    }

    /** From {@code logGroupName} or {@code logGroupIdentifier}, one of which is given. */
    static GroupName of(
            @Nullable String name, @Nullable String identifier, RequestContext context) {
        if ((name == null) == (identifier == null)) {
            throw LogErrors.invalid(
                    "You must include either logGroupIdentifier or logGroupName, but not both.");
        }
        return identifier == null
                ? named(String.valueOf(name), context)
                : identified(identifier, context);
    }

    /** From a name or an ARN. */
    static GroupName identified(String identifier, RequestContext context) {
        return identifier.startsWith("arn:")
                ? ofArn(identifier, context)
                : named(identifier, context);
    }

    /** From a {@code resourceArn}: a group of another account or region does not exist here. */
    static GroupName ofArn(String arn, RequestContext context) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()) {
            throw LogErrors.invalid("The specified resource ARN is not valid: " + arn);
        }
        boolean here =
                parts.group(1).equals(context.region().value())
                        && parts.group(2).equals(context.account().value());
        if (!here) {
            throw LogErrors.noGroup();
        }
        return named(parts.group(3), context);
    }
}
