package dev.cloister.observe.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What CloudWatch Logs' operations need to be allowed (Service Authorization Reference, "Actions,
 * resources, and condition keys for Amazon CloudWatch Logs"). A log group's ARN ends in {@code
 * :log-stream:} here, so that policies match it by {@code :*} as they do on AWS.
 */
final class LogsAccess {
    private static final String STREAM = ":log-stream:";

    private final Map<String, AccessRule> rules = new HashMap<>();

    private LogsAccess() {}

    static AccessTable table() {
        LogsAccess access = new LogsAccess();
        access.ofGroups(
                "AssociateKmsKey",
                "CreateLogGroup",
                "DisassociateKmsKey",
                "DeleteLogGroup",
                "PutRetentionPolicy",
                "DeleteRetentionPolicy",
                "DescribeLogStreams",
                "FilterLogEvents",
                "CreateLogStream",
                "DeleteLogStream",
                "PutLogEvents",
                "GetLogEvents",
                "ListTagsLogGroup",
                "TagLogGroup",
                "UntagLogGroup");
        access.rules.put(
                "DescribeLogGroups",
                (input, context) ->
                        List.of(AccessCheck.of("logs:DescribeLogGroups", group("", context))));
        for (String operation : List.of("ListTagsForResource", "TagResource", "UntagResource")) {
            access.rules.put(
                    operation,
                    (input, context) ->
                            List.of(
                                    AccessCheck.of(
                                            "logs:" + operation,
                                            "arn:aws:logs:%s:%s:log-group:%s"
                                                    .formatted(
                                                            context.region(),
                                                            context.account(),
                                                            GroupNames.ofArn(
                                                                            input.text(
                                                                                            "resourceArn")
                                                                                    .orElse(""),
                                                                            context)
                                                                    .name()),
                                            tagKeys(operation, input))));
        }
        return AccessTable.of(access.rules);
    }

    private void ofGroups(String... operations) {
        for (String operation : operations) {
            rules.put(
                    operation,
                    (input, context) ->
                            List.of(
                                    AccessCheck.of(
                                            "logs:" + operation,
                                            group(name(operation, input, context), context)
                                                    + stream(operation, input),
                                            tagKeys(operation, input))));
        }
    }

    private static String group(String name, RequestContext context) {
        return "arn:aws:logs:%s:%s:log-group:%s%s"
                .formatted(context.region(), context.account(), name, STREAM);
    }

    /** Some operations take an ARN for the name. */
    private static String name(String operation, AccessInput input, RequestContext context) {
        return switch (operation) {
            case "DescribeLogStreams", "FilterLogEvents", "GetLogEvents" ->
                    GroupNames.of(
                                    input.text("logGroupName").orElse(null),
                                    input.text("logGroupIdentifier").orElse(null),
                                    context)
                            .name();
            case "AssociateKmsKey", "DisassociateKmsKey" ->
                    input.text("logGroupName")
                            .or(
                                    () ->
                                            input.text("resourceIdentifier")
                                                    .map(
                                                            arn ->
                                                                    GroupNames.ofArn(arn, context)
                                                                            .name()))
                            .orElse("");
            default -> input.text("logGroupName").orElse("");
        };
    }

    private static String stream(String operation, AccessInput input) {
        return switch (operation) {
            case "DeleteLogStream", "PutLogEvents", "GetLogEvents", "CreateLogStream" ->
                    input.text("logStreamName").orElse("");
            default -> "";
        };
    }

    private static Map<String, List<String>> tagKeys(String operation, AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        switch (operation) {
            case "CreateLogGroup", "TagResource", "TagLogGroup" -> {
                Map<String, String> tags = input.tags("tags");
                tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, List.of(value)));
                if (!tags.isEmpty()) {
                    keys.put("aws:TagKeys", List.copyOf(tags.keySet()));
                }
            }
            case "UntagResource" -> put(keys, input.texts("tagKeys"));
            case "UntagLogGroup" -> put(keys, input.texts("tags"));
            default -> {
                // The others have no tags.
            }
        }
        return keys;
    }

    private static void put(Map<String, List<String>> keys, List<String> tagKeys) {
        if (!tagKeys.isEmpty()) {
            keys.put("aws:TagKeys", tagKeys);
        }
    }
}
