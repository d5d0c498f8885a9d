package dev.cloister.identity.policy;

import dev.cloister.identity.policy.PolicyDocument.PrincipalEntry;
import dev.cloister.identity.policy.PolicyDocument.PrincipalType;
import dev.cloister.identity.policy.PolicyDocument.Principals;
import dev.cloister.identity.policy.PolicyDocument.Sense;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads Principal and NotPrincipal (IAM User Guide, "AWS JSON policy elements: Principal"). */
final class PrincipalParser {
    private static final Pattern AWS_FORM =
            Pattern.compile(
                    "\\*|[0-9]{12}|A[A-Z0-9]{15,127}"
                            + "|arn:aws[a-z-]*:iam::[0-9]{12}:(root|(user|role)/[\\x21-\\x7E]+)"
                            + "|arn:aws[a-z-]*:sts::[0-9]{12}:"
                            + "(assumed-role/[\\w+=,.@-]+/[\\w+=,.@-]+|federated-user/[\\w+=,.@-]+)");
    private static final Pattern SERVICE_FORM = Pattern.compile("[a-z0-9.-]+\\.[a-z0-9.-]+");
    private static final int MOST_CHARACTERS = 2_048;

    private PrincipalParser() {}

    static Principals principals(JsonNode statement) {
        boolean negated = statement.has("NotPrincipal");
        if (negated == statement.has("Principal")) {
            throw new MalformedPolicyException(
                    negated ? "Syntax errors in policy." : "Missing required field Principal");
        }
        JsonNode node = statement.path(negated ? "NotPrincipal" : "Principal");
        Sense sense = negated ? Sense.ALL_BUT_LISTED : Sense.LISTED;
        if (node.isString()) {
            PolicyParser.require(node.stringValue().equals("*"), "Invalid principal in policy");
            return new Principals(sense, List.of(new PrincipalEntry(PrincipalType.ANYONE, "*")));
        }
        PolicyParser.require(node.isObject(), "Invalid principal in policy");
        List<PrincipalEntry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> type : node.properties()) {
            for (String value : PolicyParser.texts(type.getValue())) {
                entries.add(entry(type.getKey(), value));
            }
        }
        PolicyParser.require(!entries.isEmpty(), "Invalid principal in policy");
        return new Principals(sense, entries);
    }

    private static PrincipalEntry entry(String type, String value) {
        boolean fits = value.length() <= MOST_CHARACTERS && !value.isEmpty();
        PrincipalType known =
                switch (type) {
                    case "AWS" -> {
                        fits &= AWS_FORM.matcher(value).matches();
                        yield value.equals("*") ? PrincipalType.ANYONE : PrincipalType.AWS;
                    }
                    case "Service" -> {
                        fits &= SERVICE_FORM.matcher(value).matches();
                        yield PrincipalType.SERVICE;
                    }
                    case "Federated" -> PrincipalType.FEDERATED;
                    case "CanonicalUser" -> PrincipalType.CANONICAL_USER;
                    default -> throw new MalformedPolicyException("Invalid principal in policy");
                };
        if (!fits) {
            throw new MalformedPolicyException(
                    "Invalid principal in policy: \"%s\":\"%s\"".formatted(type, value));
        }
        return new PrincipalEntry(known, value);
    }
}
