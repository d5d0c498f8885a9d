package dev.cloister.identity.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The evaluation logic written down as the IAM User Guide tells it, straight from the JSON, with
 * regular expressions and without any preparation: what the compiled form is compared with. It
 * knows the operators that {@link GeneratedPolicies} uses.
 */
final class NaiveEvaluator {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    /** Whether a request is allowed, or else what denies it. */
    enum Answer {
        ALLOWED,
        EXPLICIT_DENY,
        NO_IDENTITY,
        NO_BOUNDARY,
        NO_SESSION,
        NO_RESOURCE
    }

    /** All policies that have a say, as JSON. */
    record Policies(
            List<String> identity,
            Optional<String> boundary,
            Optional<String> session,
            Optional<String> resource,
            ResourcePolicy.Role role) {}

    private final Caller caller;
    private final AccessRequest request;

    NaiveEvaluator(Caller caller, AccessRequest request) {
        this.caller = caller;
        this.request = request;
    }

    Answer decide(Policies policies) {
        List<String> all = new ArrayList<>(policies.identity);
        policies.boundary.ifPresent(all::add);
        policies.session.ifPresent(all::add);
        policies.resource.ifPresent(all::add);
        if (all.stream().anyMatch(json -> any(json, "Deny", 1))) {
            return Answer.EXPLICIT_DENY;
        }
        String resource = policies.resource.orElse("{\"Statement\":[]}");
        boolean identity =
                caller instanceof Caller.Root
                        || policies.identity.stream().anyMatch(json -> any(json, "Allow", 0));
        boolean boundary = policies.boundary.map(json -> any(json, "Allow", 0)).orElse(true);
        boolean session = policies.session.map(json -> any(json, "Allow", 0)).orElse(true);
        boolean direct = any(resource, "Allow", 3);
        boolean role = any(resource, "Allow", 2);
        boolean named = any(resource, "Allow", 1);
        if (caller.account().isEmpty()) {
            return named ? Answer.ALLOWED : Answer.NO_RESOURCE;
        }
        boolean own =
                request.resourceAccount().isEmpty()
                        || request.resourceAccount().equals(caller.account());
        if (own && direct) {
            return Answer.ALLOWED;
        }
        if (own
                && policies.role == ResourcePolicy.Role.REQUIRED
                && policies.resource.isPresent()
                && !named) {
            return Answer.NO_RESOURCE;
        }
        if (!identity && !(own && role)) {
            return Answer.NO_IDENTITY;
        }
        if (!boundary) {
            return Answer.NO_BOUNDARY;
        }
        if (!session) {
            return Answer.NO_SESSION;
        }
        return own || named ? Answer.ALLOWED : Answer.NO_RESOURCE;
    }

    /**
     * @param closeness 0: no principals expected; 1: the account at least; 2: the role; 3: itself
     */
    private boolean any(String json, String effect, int closeness) {
        JsonNode document = JSON.readTree(json);
        JsonNode statements = document.path("Statement");
        for (JsonNode statement :
                statements.isArray() ? statements.values() : List.of(statements)) {
            if (statement.path("Effect").asString().equals(effect)
                    && applies(statement, closeness)) {
                return true;
            }
        }
        return false;
    }

    private boolean applies(JsonNode statement, int closeness) {
        return listed(statement, "Action", this::isAction)
                && listed(statement, "Resource", this::isResource)
                && ((!statement.has("Principal") && !statement.has("NotPrincipal"))
                        || closeness(statement) >= Math.max(1, closeness))
                && conditions(statement.path("Condition"));
    }

    private boolean listed(
            JsonNode statement, String element, java.util.function.Predicate<String> matches) {
        if (statement.has(element)) {
            return texts(statement.path(element)).stream().anyMatch(matches);
        }
        return texts(statement.path("Not" + element)).stream().noneMatch(matches);
    }

    private boolean isAction(String pattern) {
        return regex(pattern.toLowerCase(Locale.ROOT))
                .matcher(request.action().toLowerCase(Locale.ROOT))
                .matches();
    }

    private boolean isResource(String pattern) {
        return like(pattern, request.resource());
    }

    private int closeness(JsonNode statement) {
        boolean negated = statement.has("NotPrincipal");
        JsonNode node = statement.path(negated ? "NotPrincipal" : "Principal");
        List<String> names = node.isString() ? List.of("*") : texts(node.path("AWS"));
        List<String> services = node.isString() ? List.of() : texts(node.path("Service"));
        int best = names.contains("*") ? 3 : 0;
        switch (caller) {
            case Caller.Service service when services.contains(service.arn()) -> best = 3;
            case Caller.Service _, Caller.Federated _, Caller.Anonymous _, Caller.Gone _ -> {}
            case Caller.Root root when accountListed(names) -> best = 3;
            case Caller.Root _ -> {}
            case Caller.User user when names.contains(user.arn()) -> best = 3;
            case Caller.User _ -> best = Math.max(best, accountListed(names) ? 1 : 0);
            case Caller.RoleSession session when names.contains(session.arn()) -> best = 3;
            case Caller.RoleSession session ->
                    best =
                            Math.max(
                                    best,
                                    names.contains(session.roleArn())
                                            ? 2
                                            : accountListed(names) ? 1 : 0);
        }
        if (negated) {
            return best >= 2 ? 0 : 3;
        }
        return best;
    }

    private boolean accountListed(List<String> names) {
        String account = caller.account().orElse("none");
        return names.contains(account) || names.contains("arn:aws:iam::" + account + ":root");
    }

    private boolean conditions(JsonNode conditions) {
        for (Map.Entry<String, JsonNode> operator : conditions.properties()) {
            for (Map.Entry<String, JsonNode> key : operator.getValue().properties()) {
                if (!condition(operator.getKey(), key.getKey(), texts(key.getValue()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean condition(String operator, String key, List<String> wanted) {
        List<String> found = values(key);
        if (operator.equals("Null")) {
            return wanted.contains(Boolean.toString(found.isEmpty()));
        }
        if (operator.endsWith("IfExists")) {
            return found.isEmpty() || condition(operator.replace("IfExists", ""), key, wanted);
        }
        if (operator.startsWith("ForAllValues:")) {
            String base = operator.substring("ForAllValues:".length());
            return found.stream().allMatch(value -> one(base, value, wanted));
        }
        if (operator.startsWith("ForAnyValue:")) {
            String base = operator.substring("ForAnyValue:".length());
            return found.stream().anyMatch(value -> one(base, value, wanted));
        }
        return operator.contains("Not")
                ? found.stream().allMatch(value -> one(operator, value, wanted))
                : found.stream().anyMatch(value -> one(operator, value, wanted));
    }

    private boolean one(String operator, String value, List<String> wanted) {
        return switch (operator) {
            case "StringEquals" -> wanted.stream().anyMatch(text -> text.equals(value));
            case "StringNotEquals" -> wanted.stream().noneMatch(text -> text.equals(value));
            case "StringLike" -> wanted.stream().anyMatch(text -> like(text, value));
            case "StringNotLike" -> wanted.stream().noneMatch(text -> like(text, value));
            case "Bool" -> wanted.stream().anyMatch(value::equalsIgnoreCase);
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private List<String> values(String key) {
        List<String> own = caller.keys().get(key);
        return own.isEmpty() ? request.context().get(key) : own;
    }

    private boolean like(String pattern, String text) {
        StringBuilder regex = new StringBuilder();
        Matcher variable = VARIABLE.matcher(pattern);
        int at = 0;
        while (variable.find()) {
            List<String> values = values(variable.group(1));
            if (values.size() != 1) {
                return false;
            }
            regex.append(regex(pattern.substring(at, variable.start())).pattern());
            regex.append(Pattern.quote(values.getFirst()));
            at = variable.end();
        }
        regex.append(regex(pattern.substring(at)).pattern());
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
    }

    private static Pattern regex(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : node.isArray() ? node.values() : List.of(node)) {
            if (value.isString()) {
                texts.add(value.stringValue());
            }
        }
        return texts;
    }
}
