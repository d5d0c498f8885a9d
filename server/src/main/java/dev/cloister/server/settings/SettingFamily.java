package dev.cloister.server.settings;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys that name what they are about, such as {@code egress.000000000000.hello}. {@code
 * docs/operating.md} has the same table as for every {@link Setting}.
 */
public enum SettingFamily {
    EGRESS_OF_ACCOUNT(
            "egress.ACCOUNT", "([0-9]{12})", "The same for an account, instead of `worker.egress`"),
    EGRESS_OF_FUNCTION(
            "egress.ACCOUNT.FUNCTION",
            "([0-9]{12})\\.([a-zA-Z0-9-_]{1,64})",
            "The same for one function, instead of its account's");

    static final String PREFIX = "egress";

    private final String form;
    private final Pattern names;
    private final String meaning;

    SettingFamily(String form, String names, String meaning) {
        this.form = form;
        this.names = Pattern.compile(names);
        this.meaning = meaning;
    }

    /** How its keys are written, for people. */
    public String form() {
        return form;
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }

    /** The names in a key of this family. */
    Optional<Matcher> match(String key) {
        if (!key.startsWith(PREFIX + ".")) {
            return Optional.empty();
        }
        Matcher matcher = names.matcher(key.substring(PREFIX.length() + 1));
        return matcher.matches() ? Optional.of(matcher) : Optional.empty();
    }

    static boolean knows(String key) {
        return Arrays.stream(values()).anyMatch(family -> family.match(key).isPresent());
    }

    /** What somebody meant who wrote {@code key}, if it is nearly one of these. */
    static Optional<String> nearest(String key) {
        int dot = key.indexOf('.');
        if (dot < 0 || EditDistance.between(key.substring(0, dot), PREFIX) > 2) {
            return Optional.empty();
        }
        String meant = PREFIX + key.substring(dot);
        return Optional.of(
                knows(meant)
                        ? meant
                        : meant.indexOf('.', PREFIX.length() + 1) < 0
                                ? EGRESS_OF_ACCOUNT.form
                                : EGRESS_OF_FUNCTION.form);
    }
}
