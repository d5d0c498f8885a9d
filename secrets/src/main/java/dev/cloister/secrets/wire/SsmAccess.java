package dev.cloister.secrets.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import dev.cloister.secrets.parameters.ParameterKey;
import dev.cloister.secrets.parameters.ParameterNames;
import dev.cloister.secrets.parameters.ParameterStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Parameter Store's operations need to be allowed (Service Authorization Reference, "Actions,
 * resources, and condition keys for AWS Systems Manager"). Who may list a path may read all that is
 * below it (User Guide, "Restricting access to Parameter Store parameters using IAM policies").
 */
final class SsmAccess {
    private final ParameterStore store;

    SsmAccess(ParameterStore store) {
        this.store = store;
    }

    AccessTable table() {
        Map<String, AccessRule> rules = new HashMap<>();
        for (String operation :
                List.of(
                        "GetParameter",
                        "GetParameterHistory",
                        "DeleteParameter",
                        "LabelParameterVersion",
                        "UnlabelParameterVersion")) {
            rules.put(operation, (input, context) -> named(operation, "Name", input, context));
        }
        for (String operation : List.of("GetParameters", "DeleteParameters")) {
            rules.put(
                    operation,
                    (input, context) ->
                            input.texts("Names").stream()
                                    .map(name -> check(operation, name, new HashMap<>(), context))
                                    .toList());
        }
        rules.put("PutParameter", this::put);
        rules.put(
                "GetParametersByPath",
                (input, context) ->
                        List.of(
                                AccessCheck.of(
                                        "ssm:GetParametersByPath",
                                        path(input.text("Path").orElse("/"), context),
                                        Map.of(
                                                "ssm:Recursive",
                                                List.of(
                                                        input.text("Recursive")
                                                                .orElse("false"))))));
        rules.put(
                "DescribeParameters",
                (input, context) ->
                        List.of(
                                AccessCheck.of(
                                        "ssm:DescribeParameters",
                                        "arn:aws:ssm:%s:%s:*"
                                                .formatted(context.region(), context.account()))));
        for (String operation :
                List.of("AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource")) {
            rules.put(operation, (input, context) -> tagged(operation, input, context));
        }
        return AccessTable.of(rules);
    }

    private List<AccessCheck> named(
            String operation, String member, AccessInput input, RequestContext context) {
        return List.of(check(operation, input.text(member).orElse(""), new HashMap<>(), context));
    }

    private List<AccessCheck> put(AccessInput input, RequestContext context) {
        String name = input.text("Name").orElse("");
        Map<String, List<String>> keys = new HashMap<>();
        keys.put("ssm:Overwrite", List.of(input.text("Overwrite").orElse("false")));
        Map<String, String> tags = input.tags("Tags");
        putTags(keys, tags);
        List<AccessCheck> checks = new ArrayList<>();
        checks.add(check("PutParameter", name, keys, context));
        if (!tags.isEmpty()) {
            checks.add(check("AddTagsToResource", name, keys, context));
        }
        return checks;
    }

    private List<AccessCheck> tagged(String operation, AccessInput input, RequestContext context) {
        Map<String, List<String>> keys = new HashMap<>();
        switch (operation) {
            case "AddTagsToResource" -> putTags(keys, input.tags("Tags"));
            case "RemoveTagsFromResource" -> {
                if (!input.texts("TagKeys").isEmpty()) {
                    keys.put("aws:TagKeys", input.texts("TagKeys"));
                }
            }
            default -> {
                // Lists tags and brings none.
            }
        }
        return List.of(check(operation, input.text("ResourceId").orElse(""), keys, context));
    }

    private static void putTags(Map<String, List<String>> keys, Map<String, String> tags) {
        tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, List.of(value)));
        if (!tags.isEmpty()) {
            keys.put("aws:TagKeys", List.copyOf(tags.keySet()));
        }
    }

    /** A version or label is no part of the resource. */
    private AccessCheck check(
            String operation, String name, Map<String, List<String>> keys, RequestContext context) {
        ParameterNames.Selected selected =
                ParameterNames.select(name, ParameterInputs.caller(context));
        ParameterKey key = new ParameterKey(context.account(), context.region(), selected.name());
        Stream.concat(Stream.of(selected.name()), selected.otherName().stream())
                .map(it -> store.tagsOf(new ParameterKey(key.account(), key.region(), it)))
                .filter(tags -> !tags.isEmpty())
                .findFirst()
                .ifPresent(
                        tags ->
                                tags.forEach(
                                        (tag, value) ->
                                                keys.put(
                                                        "ssm:resourceTag/" + tag, List.of(value))));
        return AccessCheck.of("ssm:" + operation, key.arn(), keys);
    }

    private static String path(String path, RequestContext context) {
        String plain =
                path.length() > 1 && path.endsWith("/")
                        ? path.substring(0, path.length() - 1)
                        : path;
        return new ParameterKey(context.account(), context.region(), plain).arn();
    }
}
