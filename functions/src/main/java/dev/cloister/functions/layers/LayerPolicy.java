package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who may use a layer version besides its account. Immutable.
 *
 * @param revisionId changes with every change
 * @param statements in the order in which they were added; at least one
 */
public record LayerPolicy(String revisionId, List<Statement> statements) {
    /** Bytes of the whole document at most ("Lambda quotas", resource-based policy). */
    static final int MAX_SIZE = 20_480;

    static final String ACTION = "lambda:GetLayerVersion";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public LayerPolicy {
        statements = List.copyOf(statements);
    }

    /**
     * One permission to read a layer version.
     *
     * @param principal {@code *}, an account's number or its root's ARN
     * @param organization the accounts of this one only, if it is given
     */
    public record Statement(String sid, String principal, Optional<String> organization) {
        private boolean allows(AccountId account, Optional<String> member) {
            boolean named =
                    principal.equals("*")
                            || principal.equals(account.value())
                            || principal.endsWith("::" + account + ":root");
            return named && (organization.isEmpty() || organization.equals(member));
        }

        /** The statement as AWS writes it. */
        public String document(String layerVersionArn) {
            return JSON.writeValueAsString(members(layerVersionArn));
        }

        private Map<String, Object> members(String layerVersionArn) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("Sid", sid);
            members.put("Effect", "Allow");
            members.put("Principal", principal.equals("*") ? "*" : Map.of("AWS", rootArn()));
            members.put("Action", ACTION);
            members.put("Resource", layerVersionArn);
            organization.ifPresent(
                    id ->
                            members.put(
                                    "Condition",
                                    Map.of("StringEquals", Map.of("aws:PrincipalOrgID", id))));
            return members;
        }

        private String rootArn() {
            return principal.startsWith("arn:") ? principal : "arn:aws:iam::" + principal + ":root";
        }
    }

    /** Whether another account may use the version. */
    boolean allows(AccountId account, Optional<String> organization) {
        return statements.stream().anyMatch(each -> each.allows(account, organization));
    }

    /** The whole policy as AWS writes it. */
    public String document(String layerVersionArn) {
        List<Map<String, Object>> all = new ArrayList<>();
        statements.forEach(each -> all.add(each.members(layerVersionArn)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Version", "2012-10-17");
        document.put("Id", "default");
        document.put("Statement", all);
        return JSON.writeValueAsString(document);
    }
}
