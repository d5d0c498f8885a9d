package dev.cloister.identity.access;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.api.SessionContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.RoleArn;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamErrors;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyDocument;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * STS's AssumeRole: whether the role trusts the caller, and the session that follows. Thread-safe.
 */
public final class RoleAssumption {
    /** AssumeRole: "Role chaining limits your … session to a maximum of one hour". */
    private static final Duration CHAINED = Duration.ofHours(1);

    private static final Duration USUAL = Duration.ofHours(1);

    private final Identities identities;
    private final Callers callers;

    public RoleAssumption(Identities identities, Callers callers) {
        this.identities = identities;
        this.callers = callers;
    }

    /**
     * What a caller asks for.
     *
     * @param tags the session's tags as asked for, without inherited ones
     */
    public record Wish(
            String roleArn,
            String sessionName,
            Optional<Duration> duration,
            Optional<String> policy,
            List<String> policyArns,
            List<Map.Entry<String, String>> tags,
            List<String> transitiveTagKeys,
            Optional<String> externalId,
            Optional<String> sourceIdentity) {}

    /**
     * @throws AwsError AccessDenied, ValidationError, MalformedPolicyDocument,
     *     PackedPolicyTooLarge, InvalidParameterValue
     */
    public SessionCredentials assume(Wish wish, RequestContext request) {
        RoleArn arn =
                RoleArn.parse(wish.roleArn)
                        .orElseThrow(() -> validation(wish.roleArn + " is invalid"));
        KnownCaller caller = callers.of(request.principal());
        if (caller.caller() instanceof Caller.Root) {
            throw new AwsError("AccessDenied", 403, "Roles may not be assumed by root accounts.");
        }
        AccountState state = identities.directory().state(arn.account());
        IamEntity role =
                state.find(Kind.ROLE, arn.name())
                        .filter(found -> found.arn(arn.account()).equals(wish.roleArn))
                        .orElseThrow(() -> denied(caller, "sts:AssumeRole", wish));
        SessionContext session = session(wish, request);
        ContextKeys context = context(wish, session, request);
        authorize("sts:AssumeRole", caller, role, wish, arn, context);
        if (!session.tags().isEmpty()) {
            authorize("sts:TagSession", caller, role, wish, arn, context);
        }
        if (wish.sourceIdentity.isPresent()) {
            authorize("sts:SetSourceIdentity", caller, role, wish, arn, context);
        }
        checkPolicies(wish.policy, wish.policyArns, state);
        requireRoom(session);
        return identities.issueSession(
                arn, wish.sessionName, session, duration(wish, role, caller.caller()));
    }

    static void requireRoom(SessionContext session) {
        int percent = Identities.packedPercent(session);
        if (percent > 100) {
            throw new AwsError(
                    "PackedPolicyTooLarge",
                    400,
                    "Packed size of session policies and session tags consumes "
                            + percent
                            + "% of allotted space.");
        }
    }

    private static SessionContext session(Wish wish, RequestContext request) {
        SessionContext calling = request.principal().session();
        Optional<String> source = calling.sourceIdentity();
        if (source.isPresent()
                && wish.sourceIdentity.filter(wanted -> !source.get().equals(wanted)).isPresent()) {
            throw new AwsError(
                    "AccessDenied", 403, "The source identity of the session can't be changed.");
        }
        Map<String, String> tags = SessionTags.unique(wish.tags);
        return new SessionContext(
                Optional.of(wish.roleArn),
                Optional.of(request.receivedAt()),
                wish.policy,
                wish.policyArns,
                SessionTags.combine(calling, tags, wish.transitiveTagKeys),
                SessionTags.transitive(calling, tags, wish.transitiveTagKeys),
                source.or(() -> wish.sourceIdentity),
                Optional.empty(),
                Optional.empty());
    }

    private static ContextKeys context(Wish wish, SessionContext session, RequestContext request) {
        return GlobalKeys.of(request)
                .put("sts:RoleSessionName", wish.sessionName)
                .put("sts:ExternalId", wish.externalId)
                .put("sts:SourceIdentity", session.sourceIdentity())
                .put("sts:TransitiveTagKeys", session.transitiveTagKeys())
                .put("aws:TagKeys", List.copyOf(session.tags().keySet()))
                .putTags("aws:RequestTag/", session.tags())
                .build();
    }

    private static void authorize(
            String action,
            KnownCaller caller,
            IamEntity role,
            Wish wish,
            RoleArn arn,
            ContextKeys context) {
        AccessRequest request =
                new AccessRequest(
                        action, wish.roleArn, Optional.of(arn.account().value()), context);
        boolean allowed =
                PolicyEvaluator.decide(
                                caller.caller(),
                                caller.policies(),
                                Optional.of(trust(role)),
                                request)
                        .isAllowed();
        if (!allowed) {
            throw denied(caller, action, wish);
        }
    }

    static ResourcePolicy trust(IamEntity role) {
        return ResourcePolicy.required(
                Policy.parse(PolicyKind.TRUST, role.name(), role.rolePart().trust()));
    }

    /** AssumeRole tells no reason, so that nobody learns which roles there are. */
    private static AwsError denied(KnownCaller caller, String action, Wish wish) {
        return new AwsError(
                "AccessDenied",
                403,
                "User: %s is not authorized to perform: %s on resource: %s"
                        .formatted(caller.caller().arn(), action, wish.roleArn));
    }

    static AwsError validation(String message) {
        return new AwsError("ValidationError", 400, message);
    }

    static void checkPolicies(
            Optional<String> policy, List<String> policyArns, AccountState state) {
        policy.ifPresent(
                document -> {
                    try {
                        PolicyDocument.parse(PolicyKind.SESSION, document);
                    } catch (MalformedPolicyException e) {
                        throw IamErrors.malformedPolicy(e.reason());
                    }
                });
        for (String arn : policyArns) {
            if (state.policy(arn).isEmpty()) {
                throw validation("The specified managed policy " + arn + " does not exist.");
            }
        }
    }

    private static Duration duration(Wish wish, IamEntity role, Caller caller) {
        Duration asked = lifetime(wish.duration, role);
        if (caller instanceof Caller.RoleSession && asked.compareTo(CHAINED) > 0) {
            throw validation(
                    "The requested DurationSeconds exceeds the 1 hour session limit for roles"
                            + " assumed by role chaining.");
        }
        return asked;
    }

    /** What a session of a role may last at most is the role's to say. */
    static Duration lifetime(Optional<Duration> wanted, IamEntity role) {
        Duration asked = wanted.orElse(USUAL);
        if (asked.toSeconds() > role.rolePart().maxSessionSeconds()) {
            throw validation(
                    "The requested DurationSeconds exceeds the MaxSessionDuration set for this"
                            + " role.");
        }
        return asked;
    }
}
