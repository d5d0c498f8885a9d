package dev.cloister.s3;

import dev.cloister.api.AwsError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What S3 itself asks of a bucket's policy, beyond the grammar, and whether it is public ("The
 * meaning of 'public'"). Immutable.
 */
public final class BucketPolicy {
    /** AWS's bound ("Bucket policies are limited to 20 KB in size"). */
    static final int MOST_BYTES = 20 * 1024;

    private static final String ARN = "arn:aws:s3:::";

    /** Actions on objects; every other one is on the bucket ("Actions defined by Amazon S3"). */
    private static final List<String> OF_OBJECTS =
            List.of(
                    "getobject",
                    "putobject",
                    "deleteobject",
                    "restoreobject",
                    "abortmultipartupload",
                    "listmultipartuploadparts",
                    "bypassgovernanceretention",
                    "replicate",
                    "objectowneroverridetobucketowner",
                    "initiatereplication");

    /** Condition keys that, with a fixed value, tie a statement to somebody. */
    private static final Set<String> TYING =
            Set.of(
                    "aws:sourceip",
                    "aws:sourcearn",
                    "aws:sourcevpc",
                    "aws:sourcevpce",
                    "aws:sourceowner",
                    "aws:sourceaccount",
                    "aws:userid",
                    "aws:principalorgid",
                    "aws:principalorgpaths",
                    "aws:principalarn",
                    "aws:principalaccount");

    private static final Set<String> TYING_OPERATORS =
            Set.of(
                    "stringequals",
                    "stringequalsignorecase",
                    "stringlike",
                    "arnequals",
                    "arnlike",
                    "ipaddress");

    private final List<JsonNode> statements;

    private BucketPolicy(List<JsonNode> statements) {
        this.statements = statements;
    }

    /**
     * Checks a document that is to be a bucket's policy.
     *
     * @throws AwsError MalformedPolicy in S3's words
     */
    static BucketPolicy checked(String bucket, String document, PolicyGrammar grammar) {
        if (document.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw malformed(
                    "Normalized policy document exceeds the maximum allowed size of "
                            + MOST_BYTES
                            + " bytes.");
        }
        BucketPolicy policy = of(document);
        for (JsonNode statement : policy.statements) {
            if (!statement.has("Principal") && !statement.has("NotPrincipal")) {
                throw malformed("Missing required field Principal");
            }
            check(bucket, statement);
        }
        grammar.complaint(document)
                .ifPresent(
                        reason -> {
                            throw malformed(
                                    reason.contains("rincipal")
                                            ? "Invalid principal in policy"
                                            : reason);
                        });
        return policy;
    }

    /** A document that was kept, which has been checked. */
    static BucketPolicy of(String document) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(document);
        } catch (JacksonException e) {
            throw malformed("Policies must be valid JSON and the first byte must be '{'");
        }
        if (!root.isObject()) {
            throw malformed("Policies must be valid JSON and the first byte must be '{'");
        }
        JsonNode statements = root.path("Statement");
        if (statements.isMissingNode()) {
            throw malformed("Missing required field Statement");
        }
        return new BucketPolicy(
                statements.isArray() ? List.copyOf(statements.values()) : List.of(statements));
    }

    private static void check(String bucket, JsonNode statement) {
        List<String> resources = texts(statement.path("Resource"));
        if (resources.isEmpty() && statement.path("NotResource").isMissingNode()) {
            throw malformed("Missing required field Resource");
        }
        for (String resource : resources) {
            boolean own = resource.equals(ARN + bucket) || resource.startsWith(ARN + bucket + "/");
            if (!own) {
                throw malformed("Policy has invalid resource");
            }
        }
        for (String action : texts(statement.path("Action"))) {
            String lower = action.toLowerCase(Locale.ROOT);
            if (!lower.equals("*") && !lower.matches("s3:[a-z0-9*?]+")) {
                throw malformed("Policy has invalid action");
            }
            if (!resources.isEmpty() && !isApplicable(lower, resources)) {
                throw malformed("Action does not apply to any resource(s) in statement");
            }
        }
    }

    private static boolean isApplicable(String action, List<String> resources) {
        if (action.contains("*") || action.contains("?")) {
            return true;
        }
        String name = action.substring("s3:".length());
        boolean ofObjects = OF_OBJECTS.stream().anyMatch(name::startsWith);
        return resources.stream()
                .anyMatch(resource -> resource.substring(ARN.length()).contains("/") == ofObjects);
    }

    /** Whether it lets in somebody whom it does not name. */
    boolean isPublic() {
        return statements.stream().anyMatch(BucketPolicy::isPublic);
    }

    private static boolean isPublic(JsonNode statement) {
        if (!statement.path("Effect").asString("").equals("Allow")) {
            return false;
        }
        JsonNode principal = statement.path("Principal");
        boolean everybody =
                statement.has("NotPrincipal")
                        || texts(principal).contains("*")
                        || principal.properties().stream()
                                .anyMatch(kind -> texts(kind.getValue()).contains("*"));
        return everybody
                && statement.path("Condition").properties().stream()
                        .noneMatch(
                                operator ->
                                        isTying(
                                                operator.getKey().toLowerCase(Locale.ROOT),
                                                operator.getValue()));
    }

    private static boolean isTying(String operator, JsonNode conditions) {
        String plain = operator.substring(operator.indexOf(':') + 1);
        return TYING_OPERATORS.contains(plain)
                && conditions.properties().stream()
                        .anyMatch(
                                condition ->
                                        TYING.contains(condition.getKey().toLowerCase(Locale.ROOT))
                                                && texts(condition.getValue()).stream()
                                                        .allMatch(BucketPolicy::isFixed));
    }

    /** Half of all addresses is everybody, too: AWS draws the line at eight bits. */
    private static boolean isFixed(String value) {
        int slash = value.indexOf('/');
        String bits = slash < 0 ? "" : value.substring(slash + 1);
        boolean wide = bits.matches("[0-7]");
        return !value.contains("*") && !value.contains("?") && !value.contains("${") && !wide;
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isString()) {
            texts.add(node.asString());
        } else if (node.isArray()) {
            node.values().forEach(each -> texts.add(each.asString("")));
        }
        return texts;
    }

    private static AwsError malformed(String reason) {
        return new AwsError("MalformedPolicy", 400, reason);
    }

    /** A bucket's policy as it stands, if it has one. */
    static Optional<BucketPolicy> of(Bucket bucket) {
        return bucket.policy().map(BucketPolicy::of);
    }
}
