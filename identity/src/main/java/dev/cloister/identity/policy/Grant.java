package dev.cloister.identity.policy;

import dev.cloister.identity.policy.PolicyDocument.PrincipalEntry;
import dev.cloister.identity.policy.PolicyDocument.PrincipalType;
import dev.cloister.identity.policy.PolicyDocument.Principals;
import java.util.Optional;

/** How closely a resource-based policy names a caller; later values are closer. */
enum Grant {
    NONE,
    /** By its account: what the account's own policies then allow. */
    ACCOUNT,
    /** By the role whose session it is: boundary and session policies still limit it. */
    ROLE,
    /** By itself, or as anyone. */
    DIRECT;

    /** How closely a statement's principals name the caller. */
    static Grant of(Principals principals, Caller caller) {
        if (caller instanceof Caller.Gone) {
            return NONE;
        }
        Grant closest = NONE;
        for (PrincipalEntry entry : principals.entries()) {
            Grant grant = of(entry, caller);
            if (grant.compareTo(closest) > 0) {
                closest = grant;
            }
        }
        return switch (principals.sense()) {
            case LISTED -> closest;
            // An account in NotPrincipal stands for its root user only: IAM User Guide, "AWS JSON
            // policy elements: NotPrincipal" denies everyone of an account that is listed beside
            // the one user who is spared.
            case ALL_BUT_LISTED -> closest.compareTo(ACCOUNT) > 0 ? NONE : DIRECT;
        };
    }

    private static Grant of(PrincipalEntry entry, Caller caller) {
        if (entry.type() == PrincipalType.ANYONE) {
            return DIRECT;
        }
        return switch (caller) {
            case Caller.Anonymous anonymous -> NONE;
            case Caller.Gone gone -> NONE;
            case Caller.Service service ->
                    entry.type() == PrincipalType.SERVICE && entry.value().equals(service.arn())
                            ? DIRECT
                            : NONE;
            case Caller.Federated federated ->
                    entry.type() == PrincipalType.FEDERATED && entry.value().equals(federated.arn())
                            ? DIRECT
                            : NONE;
            case Caller.Root root -> isAccount(entry, root.account()) ? DIRECT : NONE;
            case Caller.User user -> {
                if (is(entry, user.arn()) || is(entry, user.userId())) {
                    yield DIRECT;
                }
                yield isAccount(entry, user.account()) ? ACCOUNT : NONE;
            }
            case Caller.RoleSession session -> {
                if (is(entry, session.arn())) {
                    yield DIRECT;
                }
                if (is(entry, session.roleArn()) || is(entry, session.roleId())) {
                    yield ROLE;
                }
                yield isAccount(entry, session.account()) ? ACCOUNT : NONE;
            }
        };
    }

    private static boolean is(PrincipalEntry entry, String name) {
        return entry.type() == PrincipalType.AWS && entry.value().equals(name);
    }

    private static boolean isAccount(PrincipalEntry entry, Optional<String> account) {
        if (entry.type() != PrincipalType.AWS || account.isEmpty()) {
            return false;
        }
        String value = entry.value();
        return value.equals(account.get())
                || (value.startsWith("arn:") && value.endsWith(":iam::" + account.get() + ":root"));
    }
}
