package dev.cloister.identity.access;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.UserKeys;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Decision;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.List;
import java.util.Optional;

/** Decides about requests by policies. Thread-safe. */
public final class PolicyAuthorizer implements Authorizer {
    private final Callers callers;
    private final UserKeys keys;
    private final List<ResourceAttributes> resources;

    /**
     * @param resources asked in this order for the policy and the tags of a resource
     */
    public PolicyAuthorizer(Callers callers, UserKeys keys, List<ResourceAttributes> resources) {
        this.callers = callers;
        this.keys = keys;
        this.resources = List.copyOf(resources);
    }

    @Override
    public void authorize(String service, List<AccessCheck> checks, RequestContext context) {
        keys.used(context.principal().accessKeyId(), context.region().value(), service);
        if (checks.isEmpty()) {
            return;
        }
        KnownCaller caller = callers.of(context.principal());
        for (AccessCheck check : checks) {
            AccessRequest request = request(check, context);
            Decision decision =
                    PolicyEvaluator.decide(
                            caller.caller(),
                            caller.policies(),
                            check.owner().isPresent() ? policy(check.resource()) : Optional.empty(),
                            request);
            if (!decision.isAllowed()) {
                throw denied(decision.message(caller.caller(), request));
            }
        }
    }

    private AccessRequest request(AccessCheck check, RequestContext context) {
        ContextKeys.Builder keysOfRequest = GlobalKeys.of(context);
        check.owner().ifPresent(owner -> keysOfRequest.put("aws:ResourceAccount", owner));
        for (ResourceAttributes source : resources) {
            keysOfRequest.putTags("aws:ResourceTag/", source.tags(check.resource()));
        }
        check.keys().forEach(keysOfRequest::put);
        return new AccessRequest(
                check.action(), check.resource(), check.owner(), keysOfRequest.build());
    }

    private Optional<ResourcePolicy> policy(String arn) {
        for (ResourceAttributes source : resources) {
            Optional<ResourcePolicy> policy = source.policy(arn);
            if (policy.isPresent()) {
                return policy;
            }
        }
        return Optional.empty();
    }

    @Override
    public void authorizeUndeclared(String service, String operation, RequestContext context) {
        KnownCaller caller = callers.of(context.principal());
        if (!(caller.caller() instanceof Caller.Root)) {
            AccessRequest request =
                    new AccessRequest(
                            service + ":" + operation, "*", Optional.empty(), ContextKeys.NONE);
            throw denied(
                    new Decision.ImplicitDeny(PolicyKind.IDENTITY)
                            .message(caller.caller(), request));
        }
    }

    private static AwsError denied(String message) {
        return new AwsError("AccessDeniedException", 403, message);
    }
}
