package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the policies of functions and aliases.
 *
 * <p>Every principal of an account may use what its account owns, as everywhere in this version;
 * the resource's policy decides about everybody else.
 */
final class FunctionPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionPolicies.class);
    private static final Pattern SESSION =
            Pattern.compile("arn:([a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)/(.+)");
    private static final CallerPolicies EVERYTHING =
            CallerPolicies.identity(
                    PolicySet.of(
                            Policy.parse(
                                    PolicyKind.IDENTITY,
                                    "account",
                                    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                                            + "\"Action\":\"*\",\"Resource\":\"*\"}}")));

    private FunctionPolicies() {}

    /**
     * @param caller empty for somebody who has not signed
     * @param arn of the function, version or alias
     * @param policy of that very one
     */
    static boolean allow(
            Optional<Principal> caller,
            String action,
            String arn,
            AccountId owner,
            Optional<ResourcePolicy> policy,
            ContextKeys context) {
        try {
            return PolicyEvaluator.decide(
                            caller.map(FunctionPolicies::caller).orElseGet(Caller.Anonymous::new),
                            caller.isPresent() ? EVERYTHING : CallerPolicies.NONE,
                            policy.map(document -> compiled(arn, document)),
                            new AccessRequest(action, arn, Optional.of(owner.value()), context))
                    .isAllowed();
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: nobody may use it", arn, e);
            return false;
        }
    }

    /** The condition keys that every request has. */
    static ContextKeys.Builder keys(InetAddress source, boolean secure, Instant at) {
        return ContextKeys.builder()
                .put("aws:SourceIp", source.getHostAddress())
                .put("aws:SecureTransport", Boolean.toString(secure))
                .put("aws:CurrentTime", at.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("aws:EpochTime", Long.toString(at.getEpochSecond()));
    }

    private static dev.cloister.identity.policy.ResourcePolicy compiled(
            String arn, ResourcePolicy policy) {
        return dev.cloister.identity.policy.ResourcePolicy.sufficient(
                Policy.parse(PolicyKind.RESOURCE, arn, policy.document()));
    }

    private static Caller caller(Principal principal) {
        String account = principal.account().value();
        Matcher session = SESSION.matcher(principal.arn());
        if (!session.matches()) {
            return Caller.Root.of(account, principal.arn());
        }
        int colon = principal.userId().indexOf(':');
        return Caller.RoleSession.of(
                account,
                principal.arn(),
                "arn:%s:iam::%s:role/%s".formatted(session.group(1), account, session.group(3)),
                colon < 0 ? principal.userId() : principal.userId().substring(0, colon),
                Map.of(),
                Optional.empty());
    }
}
