package dev.cloister.keys.managed;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Principals as key policies and grants name them. */
final class Principals {
    private static final Pattern SESSION =
            Pattern.compile("arn:aws:sts::([0-9]{12}):assumed-role/([^/]+)/[^/]+");
    private static final Pattern ROLE =
            Pattern.compile("arn:aws:iam::([0-9]{12}):role/(?:.*/)?([^/]+)");
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:iam::[0-9]{12}:(root|(user|role)/[\\w+=,.@/-]+)"
                            + "|arn:aws:sts::[0-9]{12}:(assumed-role/[\\w+=,.@-]+/[\\w+=,.@-]+"
                            + "|federated-user/[\\w+=,.@-]+)");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9.-]+\\.amazonaws\\.com");

    private Principals() {}

    /** Whether a name means a principal: itself, or the role of which it is a session. */
    static boolean isNamed(String name, String principalArn) {
        if (name.equals(principalArn)) {
            return true;
        }
        Matcher session = SESSION.matcher(principalArn);
        Matcher role = ROLE.matcher(name);
        return session.matches()
                && role.matches()
                && session.group(1).equals(role.group(1))
                && session.group(2).equals(role.group(2));
    }

    /** Whether a text has the form of a principal's ARN or a service's name. */
    static boolean isForm(String name) {
        return ARN.matcher(name).matches() || SERVICE.matcher(name).matches();
    }

    static boolean isAccount(String name) {
        return name.matches("[0-9]{12}");
    }
}
