package dev.cloister.server;

import dev.cloister.api.Principal;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.identity.access.GlobalKeys;
import dev.cloister.identity.access.KnownCaller;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.invoke.url.UrlAuthorizer;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides calls of function URLs by the policy of the function or alias.
 *
 * <p>A caller of the function's own account needs a policy of its own or the function's; one of
 * another account needs both. Thread-safe.
 */
final class UrlPolicies implements UrlAuthorizer {
    private static final String INVOKE = "lambda:InvokeFunction";
    private static final KnownCaller NOBODY =
            new KnownCaller(new Caller.Anonymous(), CallerPolicies.NONE);

    private final Function<Principal, KnownCaller> callers;
    private final CompiledPolicies policies;

    /**
     * @param callers finds who is behind a principal, and what binds it
     */
    UrlPolicies(Function<Principal, KnownCaller> callers, CompiledPolicies policies) {
        this.callers = callers;
        this.policies = policies;
    }

    @Override
    public boolean allows(UrlCall call) {
        return allows(call, "lambda:InvokeFunctionUrl") && allows(call, INVOKE);
    }

    private boolean allows(UrlCall call, String action) {
        Located url = call.url();
        KnownCaller caller = call.caller().map(callers).orElse(NOBODY);
        return PolicyEvaluator.decide(
                        caller.caller(),
                        caller.policies(),
                        url.policy()
                                .map(
                                        policy ->
                                                policies.of(
                                                        url.arn(),
                                                        policy,
                                                        ResourcePolicy::document)),
                        new AccessRequest(
                                action,
                                url.arn(),
                                Optional.of(url.key().account().value()),
                                context(call, action)))
                .isAllowed();
    }

    private static ContextKeys context(UrlCall call, String action) {
        Located url = call.url();
        ContextKeys.Builder keys =
                GlobalKeys.of(call.source(), call.secure(), call.at())
                        .put("aws:UserAgent", call.userAgent())
                        .put("aws:RequestedRegion", url.key().region().value())
                        .put("aws:ResourceAccount", url.key().account().value());
        if (action.equals(INVOKE)) {
            keys.put("lambda:InvokedViaFunctionUrl", "true");
        } else {
            keys.put("lambda:FunctionUrlAuthType", url.url().authType().name())
                    .put("lambda:FunctionArn", url.arn());
        }
        return keys.build();
    }
}
