package dev.cloister.identity.access;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.SessionContext;
import dev.cloister.identity.RoleArn;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds who is behind a principal and which policies bind it now. A user or role that was deleted
 * is bound by none, so it may do nothing, whatever its sessions were given. Thread-safe.
 */
public final class Callers {
    /** Sessions whose policies are kept compiled. */
    private static final int MOST_SESSIONS = 1_000;

    private final Directory directory;
    private final Map<String, SessionPolicies> sessions =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, SessionPolicies> eldest) {
                    return size() > MOST_SESSIONS;
                }
            };

    public Callers(Directory directory) {
        this.directory = directory;
    }

    /** A session's compiled policies, good as long as the account's managed policies are these. */
    private record SessionPolicies(AccountState compiledFrom, PolicySet policies) {}

    /** The caller behind a principal. */
    public KnownCaller of(Principal principal) {
        if (principal.isAnonymous()) {
            return new KnownCaller(new Caller.Anonymous(), CallerPolicies.NONE);
        }
        AccountId account = principal.account();
        AccountState state = directory.state(account);
        if (principal.userId().equals(account.value())) {
            return new KnownCaller(
                    Caller.Root.of(account.value(), principal.arn()), CallerPolicies.NONE);
        }
        int colon = principal.userId().indexOf(':');
        return colon < 0
                ? user(principal, state)
                : session(principal, principal.userId().substring(0, colon), state);
    }

    /** Notes that a session's role was used. */
    void used(Principal principal, Region region) {
        int colon = principal.userId().indexOf(':');
        if (colon < 0) {
            return;
        }
        String roleId = principal.userId().substring(0, colon);
        if (directory.state(principal.account()).byId(roleId).isPresent()) {
            directory.roleUses().used(roleId, region.value());
        }
    }

    private static KnownCaller user(Principal principal, AccountState state) {
        return state.byId(principal.userId())
                .filter(entity -> entity.kind() == Kind.USER)
                .map(found -> new KnownCaller(user(found, state), state.policiesOf(found)))
                .orElseGet(() -> gone(principal));
    }

    private static KnownCaller gone(Principal principal) {
        return new KnownCaller(
                Caller.Gone.of(principal.account().value(), principal.arn(), principal.userId()),
                CallerPolicies.NONE);
    }

    private static Caller.User user(IamEntity user, AccountState state) {
        return Caller.User.of(
                state.account().value(),
                user.arn(state.account()),
                user.id(),
                user.name(),
                user.tags());
    }

    private KnownCaller session(Principal principal, String roleId, AccountState state) {
        Optional<IamEntity> found = state.byId(roleId).filter(entity -> entity.kind() == Kind.ROLE);
        if (found.isEmpty()) {
            return gone(principal);
        }
        IamEntity role = found.get();
        SessionContext session = principal.session();
        Map<String, String> tags = new LinkedHashMap<>(role.tags());
        session.tags()
                .forEach(
                        (key, value) -> {
                            tags.keySet().removeIf(key::equalsIgnoreCase);
                            tags.put(key, value);
                        });
        Caller caller =
                Caller.RoleSession.of(
                        principal.account().value(),
                        principal.arn(),
                        session.roleArn().orElse(principal.arn()),
                        roleId,
                        tags,
                        session.sourceIdentity(),
                        session.federatedProvider());
        return new KnownCaller(caller, limited(principal, state.policiesOf(role), state));
    }

    private CallerPolicies limited(Principal principal, CallerPolicies role, AccountState state) {
        SessionContext session = principal.session();
        if (session.policy().isEmpty() && session.policyArns().isEmpty()) {
            return role;
        }
        synchronized (sessions) {
            SessionPolicies known = sessions.get(principal.accessKeyId());
            if (known == null || known.compiledFrom != state) {
                known = new SessionPolicies(state, compile(session, state));
                sessions.put(principal.accessKeyId(), known);
            }
            return new CallerPolicies(
                    role.identity(), role.boundary(), Optional.of(known.policies));
        }
    }

    /** A managed policy that was deleted since allows nothing any more. */
    static PolicySet compile(SessionContext session, AccountState state) {
        List<Policy> policies = new ArrayList<>();
        session.policy()
                .ifPresent(
                        document ->
                                policies.add(
                                        Policy.parse(
                                                PolicyKind.SESSION, "session policy", document)));
        session.policyArns().stream()
                .filter(arn -> state.policy(arn).isPresent())
                .forEach(arn -> policies.add(state.managed(PolicyKind.SESSION, arn)));
        return PolicySet.of(policies);
    }

    /** A user or role of an account by its ARN, as {@code cloister iam why} and Simulate ask. */
    public Optional<KnownCaller> ofArn(AccountId account, String arn) {
        AccountState state = directory.state(account);
        if (arn.equals("arn:aws:iam::" + account + ":root")) {
            return Optional.of(
                    new KnownCaller(Caller.Root.of(account.value(), arn), CallerPolicies.NONE));
        }
        for (IamEntity user : state.all(Kind.USER)) {
            if (user.arn(account).equals(arn)) {
                return Optional.of(new KnownCaller(user(user, state), state.policiesOf(user)));
            }
        }
        return ofRole(arn, "simulated");
    }

    /** A session of a role by the role's ARN, without anything that it was given. */
    public Optional<KnownCaller> ofRole(String roleArn, String sessionName) {
        Optional<RoleArn> arn = RoleArn.parse(roleArn);
        if (arn.isEmpty()) {
            return Optional.empty();
        }
        AccountId account = arn.get().account();
        AccountState state = directory.state(account);
        return state.find(Kind.ROLE, arn.get().name())
                .filter(role -> role.arn(account).equals(roleArn))
                .map(
                        role ->
                                new KnownCaller(
                                        Caller.RoleSession.of(
                                                account.value(),
                                                arn.get().assumedRoleArn(sessionName),
                                                roleArn,
                                                role.id(),
                                                role.tags(),
                                                Optional.empty(),
                                                Optional.empty()),
                                        state.policiesOf(role)));
    }
}
