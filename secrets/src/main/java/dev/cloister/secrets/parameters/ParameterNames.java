package dev.cloister.secrets.parameters;

import dev.cloister.keys.KeyCaller;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of parameters, and the forms in which requests speak of them (Systems Manager User
 * Guide, "Requirements and constraints for parameter names").
 */
public final class ParameterNames {
    /** Levels of a hierarchy. */
    static final int MOST_LEVELS = 15;

    /** Characters of a parameter's ARN. */
    static final int LONGEST_ARN = 1_011;

    private static final Pattern FORM = Pattern.compile("/?[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*");
    private static final Pattern ARN =
            Pattern.compile("arn:aws:ssm:([a-z0-9-]+):([0-9]{12}):parameter(/[^:]+)(:.+)?");

    private ParameterNames() {}

    /**
     * A version that a request speaks of.
     *
     * @param otherName where an ARN may mean two parameters, the name without its slash
     * @param selector as it was given, with its colon; the latest version if it is empty
     */
    public record Selected(String name, Optional<String> otherName, Optional<String> selector) {}

    /** Checks the name of a parameter to be made. */
    static void checkNew(ParameterKey key) {
        String name = key.name();
        if (name.indexOf('/') > 0) {
            throw ParameterErrors.validation("Parameter name must be a fully qualified name.");
        }
        check(name);
        String plain = name.toLowerCase(Locale.ROOT);
        plain = plain.startsWith("/") ? plain.substring(1) : plain;
        if (plain.startsWith("aws")) {
            throw ParameterErrors.of(
                    "AccessDeniedException", "No access to reserved parameter name: " + name + ".");
        }
        if (plain.startsWith("ssm")) {
            throw malformed();
        }
        if (name.chars().filter(character -> character == '/').count() > MOST_LEVELS) {
            throw ParameterErrors.of(
                    "HierarchyLevelLimitExceededException",
                    "A hierarchy can have a maximum of 15 levels. For more information, see"
                            + " Requirements and constraints for parameter names.");
        }
        if (key.arn().length() > LONGEST_ARN) {
            throw ParameterErrors.validation(
                    "The parameter's ARN would be longer than %d characters."
                            .formatted(LONGEST_ARN));
        }
    }

    private static void check(String name) {
        if (!FORM.matcher(name).matches()) {
            throw malformed();
        }
    }

    private static RuntimeException malformed() {
        return ParameterErrors.validation(
                "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a"
                        + " path, it can consist of sub-paths divided by slash symbol; each"
                        + " sub-path can be formed as a mix of letters, numbers and the following 3"
                        + " symbols .-_");
    }

    /** Reads a name or ARN, either with a version or label after a colon. */
    public static Selected select(String text, KeyCaller caller) {
        if (text.startsWith("arn:")) {
            Matcher arn = ARN.matcher(text);
            if (!arn.matches()) {
                throw malformed();
            }
            if (!arn.group(1).equals(caller.region().value())
                    || !arn.group(2).equals(caller.account().value())) {
                throw ParameterErrors.notFound(text);
            }
            String name = arn.group(3);
            check(name);
            return new Selected(
                    name,
                    name.indexOf('/', 1) < 0 ? Optional.of(name.substring(1)) : Optional.empty(),
                    Optional.ofNullable(arn.group(4)));
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        check(name);
        return new Selected(
                name,
                Optional.empty(),
                colon < 0 ? Optional.empty() : Optional.of(text.substring(colon)));
    }

    /** Checks a path and gives it without its last slash. */
    static String path(String path) {
        String plain = path.length() > 1 && path.endsWith("/") ? chop(path) : path;
        if (!plain.equals("/") && !(plain.startsWith("/") && FORM.matcher(plain).matches())) {
            throw ParameterErrors.validation(
                    "The parameter doesn't meet the parameter name requirements. The parameter name"
                            + " must begin with a forward slash \"/\". It can't be prefixed with"
                            + " \\\"aws\\\" or \\\"ssm\\\" (case-insensitive). It must use only"
                            + " letters, numbers, or the following symbols: . (period), - (hyphen), _"
                            + " (underscore). Special characters are not allowed. All sub-paths, if"
                            + " specified, must use the forward slash symbol \"/\". Valid example:"
                            + " /get/parameters2-/by1./path0_.");
        }
        return plain;
    }

    private static String chop(String text) {
        return text.substring(0, text.length() - 1);
    }
}
