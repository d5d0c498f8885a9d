package dev.cloister.identity.access;

import dev.cloister.identity.access.Judge.Judged;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.Decision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** What a decision was made from, as DecodeAuthorizationMessage tells it. */
final class DenialText {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DenialText() {}

    static String of(Caller caller, Judged judged) {
        AccessRequest request = judged.request();
        Map<String, Object> context = new LinkedHashMap<>();
        context.put(
                "principal",
                Map.of(
                        "arn", caller.arn(),
                        "id", String.join("", caller.keys().get("aws:userid"))));
        context.put("action", request.action());
        context.put("resource", request.resource());
        context.put(
                "conditions",
                items(
                        new TreeSet<>(request.context().names())
                                .stream()
                                        .<Object>map(
                                                key ->
                                                        Map.of(
                                                                "key",
                                                                key,
                                                                "values",
                                                                items(
                                                                        request
                                                                                .context()
                                                                                .get(key)
                                                                                .stream()
                                                                                .<Object>map(
                                                                                        value ->
                                                                                                Map
                                                                                                        .of(
                                                                                                                "value",
                                                                                                                value))
                                                                                .toList())))
                                        .toList()));
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("allowed", judged.decision().isAllowed());
        text.put("explicitDeny", judged.decision() instanceof Decision.ExplicitDeny);
        text.put("matchedStatements", items(matched(judged.decision())));
        text.put("failures", items(List.of()));
        text.put("context", context);
        return JSON.writeValueAsString(text);
    }

    private static List<Object> matched(Decision decision) {
        return switch (decision) {
            case Decision.ExplicitDeny(Decision.StatementRef by) ->
                    List.of(
                            Map.of(
                                    "statementId", by.sid().orElse(""),
                                    "effect", "DENY",
                                    "policyType", by.kind().noun(),
                                    "policy", by.policy(),
                                    "statement", by.index() + 1));
            case Decision.ImplicitDeny implicit -> List.of();
            case Decision.Allowed allowed -> List.of();
        };
    }

    private static Map<String, Object> items(List<Object> items) {
        return Map.of("items", items);
    }
}
