package dev.cloister.identity.policy;

import dev.cloister.identity.policy.PolicyDocument.Condition;
import dev.cloister.identity.policy.PolicyDocument.Effect;
import dev.cloister.identity.policy.PolicyDocument.Selection;
import dev.cloister.identity.policy.PolicyDocument.Sense;
import dev.cloister.identity.policy.PolicyDocument.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON of a policy, strictly: an unknown element is an error, never ignored. */
final class PolicyParser {
    /** No service takes a longer policy. */
    private static final int MOST_CHARACTERS = 131_072;

    private static final String SYNTAX = "Syntax errors in policy.";
    private static final Set<String> TOP = Set.of("Version", "Id", "Statement");
    private static final Set<String> STATEMENT =
            Set.of(
                    "Sid",
                    "Effect",
                    "Principal",
                    "NotPrincipal",
                    "Action",
                    "NotAction",
                    "Resource",
                    "NotResource",
                    "Condition");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final PolicyKind kind;

    PolicyParser(PolicyKind kind) {
        this.kind = kind;
    }

    PolicyDocument parse(String json) {
        JsonNode root = read(json);
        require(root.isObject(), SYNTAX);
        requireOnly(root, TOP);
        Optional<String> version = text(root, "Version");
        if (version.isPresent()
                && !version.get().equals(PolicyDocument.CURRENT_VERSION)
                && !version.get().equals(PolicyDocument.OLD_VERSION)) {
            throw new MalformedPolicyException(SYNTAX);
        }
        List<Statement> statements = new ArrayList<>();
        Set<String> sids = new HashSet<>();
        for (JsonNode node : oneOrMore(root.path("Statement"))) {
            Statement statement = statement(node, statements.size());
            if (statement.sid().filter(sid -> !sid.isEmpty() && !sids.add(sid)).isPresent()) {
                throw new MalformedPolicyException(
                        "Statement IDs (SID) in a single policy must be unique.");
            }
            statements.add(statement);
        }
        require(!statements.isEmpty(), SYNTAX);
        if (kind == PolicyKind.IDENTITY || kind == PolicyKind.BOUNDARY) {
            require(
                    version.filter(PolicyDocument.CURRENT_VERSION::equals).isPresent(),
                    "Policy document must be version 2012-10-17 or greater.");
        }
        PolicyDocument document =
                new PolicyDocument(
                        kind,
                        version.orElse(PolicyDocument.OLD_VERSION),
                        text(root, "Id"),
                        statements);
        PolicyChecks.check(document);
        return document;
    }

    private static JsonNode read(String json) {
        if (json.length() > MOST_CHARACTERS) {
            throw new MalformedPolicyException(
                    "A policy has at most " + MOST_CHARACTERS + " characters.");
        }
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            throw new MalformedPolicyException("This policy contains invalid Json");
        }
    }

    private Statement statement(JsonNode node, int index) {
        require(node.isObject(), SYNTAX);
        requireOnly(node, STATEMENT);
        if (!kind.namesPrincipals() && (node.has("Principal") || node.has("NotPrincipal"))) {
            throw new MalformedPolicyException("Policy document should not specify a principal.");
        }
        if (kind == PolicyKind.TRUST) {
            require(!node.has("Resource"), "Has prohibited field Resource");
            require(!node.has("NotResource"), "Has prohibited field NotResource");
        }
        Effect effect = effect(node);
        Selection actions =
                selection(node, "Action")
                        .orElseThrow(
                                () ->
                                        new MalformedPolicyException(
                                                "Policy statement must contain actions."));
        Optional<Selection> resources = selection(node, "Resource");
        if (kind != PolicyKind.TRUST && resources.isEmpty()) {
            throw new MalformedPolicyException("Policy statement must contain resources.");
        }
        return new Statement(
                index,
                text(node, "Sid"),
                effect,
                kind.namesPrincipals()
                        ? Optional.of(PrincipalParser.principals(node))
                        : Optional.empty(),
                actions,
                resources,
                conditions(node.path("Condition")));
    }

    private static Effect effect(JsonNode node) {
        return switch (text(node, "Effect").orElse("")) {
            case "Allow" -> Effect.ALLOW;
            case "Deny" -> Effect.DENY;
            default -> throw new MalformedPolicyException(SYNTAX);
        };
    }

    private static Optional<Selection> selection(JsonNode node, String element) {
        String not = "Not" + element;
        require(!node.has(element) || !node.has(not), SYNTAX);
        Sense sense = node.has(not) ? Sense.ALL_BUT_LISTED : Sense.LISTED;
        JsonNode list = node.path(node.has(not) ? not : element);
        List<String> patterns = list.isMissingNode() ? List.of() : texts(list);
        return patterns.isEmpty() ? Optional.empty() : Optional.of(new Selection(sense, patterns));
    }

    private static List<Condition> conditions(JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        require(node.isObject(), SYNTAX);
        List<Condition> conditions = new ArrayList<>();
        for (Map.Entry<String, JsonNode> operator : node.properties()) {
            ConditionOperator parsed =
                    ConditionOperator.parse(operator.getKey())
                            .orElseThrow(() -> new MalformedPolicyException(SYNTAX));
            require(operator.getValue().isObject(), SYNTAX);
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                conditions.add(new Condition(parsed, key.getKey(), scalars(key.getValue())));
            }
        }
        return conditions;
    }

    /** Condition values: strings, and the numbers and booleans that AWS takes for them. */
    private static List<String> scalars(JsonNode node) {
        List<String> values = new ArrayList<>();
        for (JsonNode value : oneOrMore(node)) {
            require(value.isString() || value.isNumber() || value.isBoolean(), SYNTAX);
            values.add(value.asString());
        }
        return values;
    }

    static List<String> texts(JsonNode node) {
        List<String> values = new ArrayList<>();
        for (JsonNode value : oneOrMore(node)) {
            require(value.isString(), SYNTAX);
            values.add(value.stringValue());
        }
        return values;
    }

    /** The elements of a list, or the one element that stands for a list of one. */
    private static Iterable<JsonNode> oneOrMore(JsonNode node) {
        return node.isArray() ? node.values() : List.of(node);
    }

    private static Optional<String> text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        require(value.isString(), SYNTAX);
        return Optional.of(value.stringValue());
    }

    private static void requireOnly(JsonNode node, Set<String> known) {
        for (String name : node.propertyNames()) {
            require(known.contains(name), SYNTAX);
        }
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new MalformedPolicyException(message);
        }
    }
}
