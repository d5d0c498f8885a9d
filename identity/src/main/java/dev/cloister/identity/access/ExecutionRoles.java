package dev.cloister.identity.access;

import dev.cloister.identity.Identities;
import dev.cloister.identity.RoleArn;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.PolicyEvaluator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lambda's sessions of execution roles (Lambda Developer Guide, "Defining Lambda function
 * permissions with an execution role"). Environments of one function share a session while it is
 * fresh; any change of the account's identities ends the sharing, so that a revocation of the
 * sessions so far doesn't reach environments that start after it. Thread-safe.
 */
public final class ExecutionRoles {
    private static final String LAMBDA = "lambda.amazonaws.com";

    /** How long a session is given to environments that start. */
    private static final Duration SHARED = Duration.ofMinutes(30);

    /** Sessions kept; beyond it all are forgotten and issued anew. */
    private static final int MOST_SESSIONS = 10_000;

    private final Identities identities;
    private final InstantSource clock;
    private final Map<Use, Shared> sessions = new ConcurrentHashMap<>();

    public ExecutionRoles(Identities identities, InstantSource clock) {
        this.identities = identities;
        this.clock = clock;
    }

    /** Who acts by which role. */
    private record Use(String roleArn, String functionArn) {}

    private record Shared(SessionCredentials session, AccountState issuedIn, Instant until) {}

    /**
     * Whether the role is there and trusts Lambda to act for the function.
     *
     * @param functionArn without a qualifier, {@code aws:SourceArn} of the trust policy
     */
    public boolean assumable(String roleArn, String functionArn) {
        return RoleArn.parse(roleArn).filter(arn -> trusts(arn, roleArn, functionArn)).isPresent();
    }

    private boolean trusts(RoleArn arn, String roleArn, String functionArn) {
        String account = arn.account().value();
        ContextKeys keys =
                ContextKeys.builder()
                        .put("aws:SourceArn", functionArn)
                        .put("aws:SourceAccount", account)
                        .build();
        return state(arn)
                .find(Kind.ROLE, arn.name())
                .filter(role -> role.arn(arn.account()).equals(roleArn))
                .filter(role -> trusts(role, roleArn, account, keys))
                .isPresent();
    }

    private static boolean trusts(
            IamEntity role, String roleArn, String account, ContextKeys keys) {
        return PolicyEvaluator.decide(
                        Caller.Service.of(LAMBDA),
                        CallerPolicies.NONE,
                        Optional.of(RoleAssumption.trust(role)),
                        new AccessRequest("sts:AssumeRole", roleArn, Optional.of(account), keys))
                .isAllowed();
    }

    private AccountState state(RoleArn arn) {
        return identities.directory().state(arn.account());
    }

    /**
     * Credentials of a session.
     *
     * @param sessionName the function's name
     * @param life how long they have to be good at least
     * @return empty if the role isn't {@link #assumable}
     */
    public Optional<SessionCredentials> assume(
            String roleArn, String functionArn, String sessionName, Duration life) {
        Optional<RoleArn> parsed = RoleArn.parse(roleArn);
        if (parsed.isEmpty() || !trusts(parsed.get(), roleArn, functionArn)) {
            return Optional.empty();
        }
        AccountState state = state(parsed.get());
        Instant now = clock.instant();
        Use use = new Use(roleArn, functionArn);
        Shared known = sessions.get(use);
        if (known != null && known.issuedIn == state && now.isBefore(known.until)) {
            return Optional.of(known.session);
        }
        SessionCredentials issued =
                identities.issue(
                        parsed.get().account(),
                        roleArn,
                        functionArn,
                        sessionName,
                        life.plus(SHARED));
        if (sessions.size() >= MOST_SESSIONS) {
            sessions.clear();
        }
        sessions.put(use, new Shared(issued, state, now.plus(SHARED)));
        return Optional.of(issued);
    }
}
