package dev.cloister.server;

import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.invoke.url.UrlAuthorizer;

/** Decides calls of function URLs by the policy of the function or alias. Thread-safe. */
final class UrlPolicies implements UrlAuthorizer {
    private static final String INVOKE = "lambda:InvokeFunction";

    private final FunctionPolicies policies;

    UrlPolicies(FunctionPolicies policies) {
        this.policies = policies;
    }

    @Override
    public boolean allows(UrlCall call) {
        return allows(call, "lambda:InvokeFunctionUrl") && allows(call, INVOKE);
    }

    private boolean allows(UrlCall call, String action) {
        Located url = call.url();
        return policies.allow(
                call.caller(),
                action,
                url.arn(),
                url.key().account(),
                url.policy(),
                context(call, action));
    }

    private static ContextKeys context(UrlCall call, String action) {
        Located url = call.url();
        ContextKeys.Builder keys =
                FunctionPolicies.keys(call.source(), call.secure(), call.at())
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
