package dev.cloister.secrets.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretsManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Secrets Manager's operations need to be allowed (Service Authorization Reference, "Actions,
 * resources, and condition keys for AWS Secrets Manager"). A secret that there is not stands for
 * one with any six characters at its end, so that who may use it learns that it isn't there.
 */
final class SecretsAccess {
    private static final String ANY_END = "-??????";

    /** Condition keys of members, by the operations that have them. */
    private static final Map<String, List<String>> MEMBERS =
            Map.of(
                    "CreateSecret", List.of("Name", "Description", "KmsKeyId"),
                    "UpdateSecret", List.of("Description", "KmsKeyId"),
                    "GetSecretValue", List.of("VersionId", "VersionStage"),
                    "UpdateSecretVersionStage", List.of("VersionStage"),
                    "DeleteSecret", List.of("ForceDeleteWithoutRecovery", "RecoveryWindowInDays"),
                    "PutResourcePolicy", List.of("BlockPublicPolicy"));

    private final SecretsManager manager;

    SecretsAccess(SecretsManager manager) {
        this.manager = manager;
    }

    AccessTable table() {
        Map<String, AccessRule> rules = new HashMap<>();
        for (String operation :
                List.of(
                        "DescribeSecret",
                        "GetSecretValue",
                        "PutSecretValue",
                        "UpdateSecret",
                        "UpdateSecretVersionStage",
                        "ListSecretVersionIds",
                        "DeleteSecret",
                        "RestoreSecret",
                        "GetResourcePolicy",
                        "PutResourcePolicy",
                        "DeleteResourcePolicy",
                        "TagResource",
                        "UntagResource")) {
            rules.put(operation, (input, context) -> List.of(ofSecret(operation, input, context)));
        }
        for (String operation :
                List.of("ListSecrets", "BatchGetSecretValue", "GetRandomPassword")) {
            rules.put(operation, (input, context) -> List.of(ofNone(operation)));
        }
        rules.put("CreateSecret", this::create);
        rules.put(
                "ValidateResourcePolicy",
                (input, context) ->
                        List.of(
                                input.text("SecretId").isPresent()
                                        ? ofSecret("ValidateResourcePolicy", input, context)
                                        : ofNone("ValidateResourcePolicy")));
        return AccessTable.of(rules);
    }

    private static AccessCheck ofNone(String operation) {
        return AccessCheck.of("secretsmanager:" + operation, "*");
    }

    /** What a secret of a batch needs. */
    List<AccessCheck> toRead(String id, RequestContext context) {
        return List.of(ofSecret("GetSecretValue", id, new HashMap<>(), context));
    }

    private AccessCheck ofSecret(String operation, AccessInput input, RequestContext context) {
        Map<String, List<String>> keys = members(operation, input);
        if (operation.equals("TagResource")) {
            putTags(keys, input.tags("Tags"));
        }
        if (operation.equals("UntagResource") && !input.texts("TagKeys").isEmpty()) {
            keys.put("aws:TagKeys", input.texts("TagKeys"));
        }
        return ofSecret(operation, input.text("SecretId").orElse(""), keys, context);
    }

    private AccessCheck ofSecret(
            String operation, String id, Map<String, List<String>> keys, RequestContext context) {
        Optional<Secret> secret = manager.find(context.account(), context.region(), id);
        String arn =
                secret.map(Secret::arn)
                        .orElseGet(() -> id.startsWith("arn:") ? id : missing(id, context));
        keys.put("secretsmanager:SecretId", List.of(arn));
        secret.ifPresent(
                it ->
                        it.tags()
                                .forEach(
                                        (tag, value) ->
                                                keys.put(
                                                        "secretsmanager:ResourceTag/" + tag,
                                                        List.of(value))));
        return AccessCheck.of("secretsmanager:" + operation, arn, keys);
    }

    private static String missing(String name, RequestContext context) {
        return "arn:aws:secretsmanager:%s:%s:secret:%s%s"
                .formatted(context.region(), context.account(), name, ANY_END);
    }

    private List<AccessCheck> create(AccessInput input, RequestContext context) {
        String arn = missing(input.text("Name").orElse(""), context);
        Map<String, List<String>> keys = members("CreateSecret", input);
        Map<String, String> tags = input.tags("Tags");
        putTags(keys, tags);
        List<AccessCheck> checks = new ArrayList<>();
        checks.add(AccessCheck.of("secretsmanager:CreateSecret", arn, keys));
        if (!tags.isEmpty()) {
            checks.add(AccessCheck.of("secretsmanager:TagResource", arn, keys));
        }
        return checks;
    }

    private static Map<String, List<String>> members(String operation, AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        for (String member : MEMBERS.getOrDefault(operation, List.of())) {
            input.text(member)
                    .ifPresent(value -> keys.put("secretsmanager:" + member, List.of(value)));
        }
        return keys;
    }

    private static void putTags(Map<String, List<String>> keys, Map<String, String> tags) {
        tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, List.of(value)));
        if (!tags.isEmpty()) {
            keys.put("aws:TagKeys", List.copyOf(tags.keySet()));
        }
    }
}
