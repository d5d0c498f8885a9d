package dev.cloister.functions.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Lambda's operations on tags need to be allowed. */
final class LambdaTagAccess {
    private LambdaTagAccess() {}

    static Map<String, AccessRule> rules() {
        return Map.of(
                "ListTags",
                (input, context) -> check("lambda:ListTags", input, context, Map.of()),
                "TagResource",
                (input, context) ->
                        check("lambda:TagResource", input, context, keys(input.tags("Tags"))),
                "UntagResource",
                (input, context) ->
                        check(
                                "lambda:UntagResource",
                                input,
                                context,
                                Map.of("aws:TagKeys", input.texts("TagKeys"))));
    }

    private static List<AccessCheck> check(
            String action,
            AccessInput input,
            RequestContext context,
            Map<String, List<String>> keys) {
        String given = input.text("Resource").orElse("");
        // A function's ARN has several spellings; the one that policies name is decided about.
        String resource =
                given.contains(":function:")
                        ? FunctionReference.of(given, Optional.empty(), context, action).key().arn()
                        : given;
        return List.of(AccessCheck.of(action, resource, keys));
    }

    /** The keys of tags that a request sets. */
    static Map<String, List<String>> keys(Map<String, String> tags) {
        Map<String, List<String>> keys = new HashMap<>();
        tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, List.of(value)));
        if (!tags.isEmpty()) {
            keys.put("aws:TagKeys", List.copyOf(tags.keySet()));
        }
        return keys;
    }
}
