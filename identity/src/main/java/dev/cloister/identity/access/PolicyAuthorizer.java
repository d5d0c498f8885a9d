package dev.cloister.identity.access;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.AuthorizationMessages;
import dev.cloister.identity.access.Judge.Judged;
import dev.cloister.identity.directory.UserKeys;
import dev.cloister.identity.policy.Caller;
import java.util.List;
import java.util.Optional;

/** Decides about requests by policies. Thread-safe. */
public final class PolicyAuthorizer implements Authorizer {
    /** The header of a refused request that DecodeAuthorizationMessage takes. */
    static final String MESSAGE_HEADER = "x-cloister-authorization-message";

    private final Callers callers;
    private final UserKeys keys;
    private final Judge judge;
    private final Optional<AuthorizationMessages> messages;

    /** As the other, without messages that say more of a refusal. */
    public PolicyAuthorizer(Callers callers, UserKeys keys, List<ResourceAttributes> resources) {
        this(callers, keys, resources, Optional.empty());
    }

    /**
     * @param resources asked in this order for the policy and the tags of a resource
     * @param messages seals what a refusal was decided by, for those who may decode it
     */
    public PolicyAuthorizer(
            Callers callers,
            UserKeys keys,
            List<ResourceAttributes> resources,
            Optional<AuthorizationMessages> messages) {
        this.messages = messages;
        this.callers = callers;
        this.keys = keys;
        this.judge = new Judge(resources);
    }

    @Override
    public void authorize(String service, List<AccessCheck> checks, RequestContext context) {
        keys.used(context.principal().accessKeyId(), context.region().value(), service);
        callers.used(context.principal(), context.region());
        if (checks.isEmpty()) {
            return;
        }
        KnownCaller caller = callers.of(context.principal());
        for (AccessCheck check : checks) {
            Judged judged = judge.decide(caller, check, GlobalKeys.of(context));
            if (!judged.decision().isAllowed()) {
                throw explained(
                        denied(judged.decision().message(caller.caller(), judged.request())),
                        caller.caller(),
                        judged,
                        context);
            }
        }
    }

    private AwsError explained(
            AwsError error, Caller caller, Judged judged, RequestContext context) {
        return messages.flatMap(
                        seal -> seal.encode(context.account(), DenialText.of(caller, judged)))
                .map(message -> error.withHeader(MESSAGE_HEADER, message))
                .orElse(error);
    }

    private static AwsError denied(String message) {
        return new AwsError("AccessDeniedException", 403, message);
    }
}
