package dev.cloister.server;

import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.PolicyDocument;
import dev.cloister.identity.policy.PolicyDocument.Effect;
import dev.cloister.identity.policy.PolicyDocument.PrincipalEntry;
import dev.cloister.identity.policy.PolicyDocument.Principals;
import dev.cloister.identity.policy.PolicyDocument.Sense;
import dev.cloister.identity.policy.PolicyDocument.Statement;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.secrets.manager.PolicyCheck;
import java.util.List;

/**
 * Looks at the resource policies of secrets by identity's grammar. A statement is public if it
 * allows anybody, or anybody but a few, without a condition. Thread-safe.
 */
final class SecretPolicyCheck implements PolicyCheck {
    @Override
    public Finding examine(String policy, String arn) {
        try {
            PolicyDocument document = PolicyDocument.parse(PolicyKind.RESOURCE, policy);
            return document.statements().stream().anyMatch(SecretPolicyCheck::isPublic)
                    ? new Finding.Public()
                    : new Finding.Sound();
        } catch (MalformedPolicyException e) {
            return new Finding.Malformed(List.of(e.reason()));
        }
    }

    private static boolean isPublic(Statement statement) {
        return statement.effect() == Effect.ALLOW
                && statement.conditions().isEmpty()
                && statement.principals().filter(SecretPolicyCheck::isAnybody).isPresent();
    }

    private static boolean isAnybody(Principals principals) {
        return principals.sense() == Sense.ALL_BUT_LISTED
                || principals.entries().stream().map(PrincipalEntry::value).anyMatch("*"::equals);
    }
}
