package dev.cloister.server;

import dev.cloister.api.Principal;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.invoke.url.UrlAuthorizer;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides calls of function URLs by the policy of the function or alias and those of the caller.
 * Thread-safe.
 *
 * <p>Every principal of an account may use what its account owns, as everywhere in this version;
 * the resource's policy decides about everybody else.
 */
final class UrlPolicies implements UrlAuthorizer {
    private static final Logger LOG = LoggerFactory.getLogger(UrlPolicies.class);
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

    @Override
    public boolean allows(UrlCall call) {
        try {
            Optional<ResourcePolicy> resource =
                    call.url()
                            .policy()
                            .map(
                                    policy ->
                                            ResourcePolicy.sufficient(
                                                    Policy.parse(
                                                            PolicyKind.RESOURCE,
                                                            call.url().arn(),
                                                            policy.document())));
            return allows(call, "lambda:InvokeFunctionUrl", resource)
                    && allows(call, "lambda:InvokeFunction", resource);
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: nobody may call it", call.url().arn(), e);
            return false;
        }
    }

    private static boolean allows(UrlCall call, String action, Optional<ResourcePolicy> resource) {
        Caller caller = call.caller().map(UrlPolicies::caller).orElseGet(Caller.Anonymous::new);
        CallerPolicies own = call.caller().isPresent() ? EVERYTHING : CallerPolicies.NONE;
        AccessRequest request =
                new AccessRequest(
                        action,
                        call.url().arn(),
                        Optional.of(call.url().key().account().value()),
                        context(call, action));
        return PolicyEvaluator.decide(caller, own, resource, request).isAllowed();
    }

    private static ContextKeys context(UrlCall call, String action) {
        Located url = call.url();
        ContextKeys.Builder keys =
                ContextKeys.builder()
                        .put("aws:SourceIp", call.source().getHostAddress())
                        .put("aws:SecureTransport", Boolean.toString(call.secure()))
                        .put(
                                "aws:CurrentTime",
                                call.at().truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("aws:EpochTime", Long.toString(call.at().getEpochSecond()))
                        .put("aws:UserAgent", call.userAgent())
                        .put("aws:RequestedRegion", url.key().region().value())
                        .put("aws:ResourceAccount", url.key().account().value());
        if (action.equals("lambda:InvokeFunction")) {
            keys.put("lambda:InvokedViaFunctionUrl", "true");
        } else {
            keys.put("lambda:FunctionUrlAuthType", url.url().authType().name())
                    .put("lambda:FunctionArn", url.arn());
        }
        return keys.build();
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
