package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.PolicyDocument;
import dev.cloister.identity.policy.PolicyKind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks policies before they are kept. */
final class Documents {
    private static final Pattern ENTITY =
            Pattern.compile("arn:aws[a-z-]*:iam::([0-9]{12}):(user|role)/(?:.*/)?([^/]+)");

    private Documents() {}

    /**
     * @throws dev.cloister.api.AwsError MalformedPolicyDocument
     */
    static PolicyDocument check(PolicyKind kind, String document) {
        try {
            return PolicyDocument.parse(kind, document);
        } catch (MalformedPolicyException e) {
            throw IamErrors.malformedPolicy(e.reason());
        }
    }

    /** A trust policy, whose principals of the own account have to be there. */
    static void checkTrust(AccountState state, String document) {
        check(PolicyKind.TRUST, document).statements().stream()
                .flatMap(statement -> statement.principals().stream())
                .flatMap(principals -> principals.entries().stream())
                .filter(entry -> entry.type() == PolicyDocument.PrincipalType.AWS)
                .map(PolicyDocument.PrincipalEntry::value)
                .filter(arn -> !exists(state, arn))
                .findFirst()
                .ifPresent(
                        arn -> {
                            throw IamErrors.malformedPolicy(
                                    "Invalid principal in policy: \"AWS\":\"" + arn + "\"");
                        });
        if (characters(document) > RoleEdits.MOST_TRUST_CHARACTERS) {
            throw IamErrors.quota("ACLSizePerRole", RoleEdits.MOST_TRUST_CHARACTERS);
        }
    }

    private static boolean exists(AccountState state, String arn) {
        Matcher entity = ENTITY.matcher(arn);
        if (!entity.matches() || !state.account().equals(new AccountId(entity.group(1)))) {
            return true;
        }
        Kind kind = entity.group(2).equals("user") ? Kind.USER : Kind.ROLE;
        return state.find(kind, entity.group(3))
                .filter(found -> found.arn(state.account()).equals(arn))
                .isPresent();
    }

    /** IAM quotas: "IAM doesn't count white space when calculating the size of a policy". */
    static long characters(String document) {
        return document.chars().filter(c -> !Character.isWhitespace(c)).count();
    }
}
