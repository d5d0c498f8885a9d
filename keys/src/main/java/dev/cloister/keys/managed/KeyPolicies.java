package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.keys.KeyCaller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The form of key policies (KMS Developer Guide, "Key policies"), and whether one would lock its
 * author out. What a policy decides is the evaluator's business, not this class's.
 */
final class KeyPolicies {
    /** KMS's quota "Key policy document size". */
    static final int MOST_BYTES = 32_768;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");

    private KeyPolicies() {}

    /** The policy of a key that was made without one: the account's own policies decide. */
    static String standard(AccountId account) {
        return """
               {
                 "Version" : "2012-10-17",
                 "Id" : "key-default-1",
                 "Statement" : [ {
                   "Sid" : "Enable IAM User Permissions",
                   "Effect" : "Allow",
                   "Principal" : {
                     "AWS" : "arn:aws:iam::%s:root"
                   },
                   "Action" : "kms:*",
                   "Resource" : "*"
                 } ]
               }"""
                .formatted(account);
    }

    /** Refuses what is no key policy. */
    static void check(String policy) {
        if (policy.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw KeyErrors.of(
                    "LimitExceededException",
                    "The key policy is larger than %d bytes.".formatted(MOST_BYTES));
        }
        JsonNode document = parse(policy);
        JsonNode version = document.path("Version");
        if (!version.isMissingNode() && !VERSIONS.contains(version.asString(""))) {
            throw malformed("The policy must contain a valid version string.");
        }
        List<JsonNode> statements = statements(document);
        if (statements.isEmpty()) {
            throw malformed("Policy document must contain at least one statement.");
        }
        statements.forEach(KeyPolicies::checkStatement);
    }

    /**
     * PutKeyPolicy's lockout safety check: somebody of those who speak for the caller has to be
     * able to change the policy again.
     */
    static void checkLockout(String policy, AccountId owner, KeyCaller caller) {
        boolean keeps =
                statements(parse(policy)).stream()
                        .filter(statement -> statement.path("Effect").asString("").equals("Allow"))
                        .filter(statement -> names(statement, owner, caller))
                        .anyMatch(KeyPolicies::allowsPutKeyPolicy);
        if (!keeps) {
            throw malformed(
                    "The new key policy will not allow you to update the key policy in the"
                            + " future.");
        }
    }

    private static void checkStatement(JsonNode statement) {
        if (!statement.isObject()) {
            throw malformed("Syntax errors in policy.");
        }
        String effect = statement.path("Effect").asString("");
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            throw malformed("Policy statement must contain a valid Effect.");
        }
        if (!statement.has("Action") && !statement.has("NotAction")) {
            throw malformed("Policy statement must contain actions.");
        }
        if (!statement.has("Principal") && !statement.has("NotPrincipal")) {
            throw malformed("Policy statement must contain principals.");
        }
        if (!statement.has("Resource") && !statement.has("NotResource")) {
            throw malformed("Policy statement must contain resources.");
        }
        checkPrincipals(statement.path("Principal"));
        checkPrincipals(statement.path("NotPrincipal"));
    }

    private static void checkPrincipals(JsonNode principal) {
        if (principal.isMissingNode() || principal.asString("").equals("*")) {
            return;
        }
        boolean known =
                principal.isObject()
                        && principal
                                .propertyStream()
                                .allMatch(
                                        entry ->
                                                switch (entry.getKey()) {
                                                    case "AWS" ->
                                                            texts(entry.getValue()).stream()
                                                                    .allMatch(KeyPolicies::isAws);
                                                    case "Service", "Federated", "CanonicalUser" ->
                                                            !texts(entry.getValue()).isEmpty();
                                                    default -> false;
                                                });
        if (!known) {
            throw malformed("Policy contains a statement with one or more invalid principals.");
        }
    }

    private static boolean isAws(String name) {
        return name.equals("*") || Principals.isAccount(name) || Principals.isForm(name);
    }

    private static boolean names(JsonNode statement, AccountId owner, KeyCaller caller) {
        JsonNode principal = statement.path("Principal");
        if (principal.asString("").equals("*")) {
            return true;
        }
        String root = "arn:aws:iam::%s:root".formatted(owner);
        return texts(principal.path("AWS")).stream()
                .anyMatch(
                        name ->
                                name.equals("*")
                                        || name.equals(owner.value())
                                        || name.equals(root)
                                        || Principals.isNamed(name, caller.arn()));
    }

    private static boolean allowsPutKeyPolicy(JsonNode statement) {
        return texts(statement.path("Action")).stream()
                .map(action -> action.toLowerCase(Locale.ROOT))
                .anyMatch(
                        action ->
                                "kms:putkeypolicy"
                                        .matches(
                                                ("\\Q" + action + "\\E")
                                                        .replace("*", "\\E.*\\Q")
                                                        .replace("?", "\\E.\\Q")));
    }

    private static JsonNode parse(String policy) {
        try {
            JsonNode document = JSON.readTree(policy);
            if (document.isObject()) {
                return document;
            }
        } catch (JacksonException notJson) {
            // Refused below; where it broke is the caller's own text, not ours to quote.
        }
        throw malformed("Syntax errors in policy.");
    }

    private static List<JsonNode> statements(JsonNode document) {
        JsonNode statement = document.path("Statement");
        return statement.isArray()
                ? statement.valueStream().toList()
                : statement.isObject() ? List.of(statement) : List.of();
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isString()) {
            texts.add(node.asString());
        } else if (node.isArray()) {
            node.valueStream().forEach(item -> texts.add(item.asString("")));
        }
        return texts;
    }

    private static RuntimeException malformed(String message) {
        return KeyErrors.of("MalformedPolicyDocumentException", message);
    }
}
