package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything that IAM keeps for one account at one moment. Immutable but for a cache of compiled
 * policies, which lives and dies with it. Thread-safe.
 */
public final class AccountState {
    private final AccountId account;
    private final AwsManagedPolicies awsManaged;
    private final Map<Kind, Map<String, IamEntity>> entities;
    private final Map<String, ManagedPolicy> policies;
    private final AccountItems items;
    private final Map<String, IamEntity> byId = new HashMap<>();
    private final Map<String, CallerPolicies> compiled = new ConcurrentHashMap<>();

    AccountState(
            AccountId account,
            AwsManagedPolicies awsManaged,
            Map<Kind, Map<String, IamEntity>> entities,
            Map<String, ManagedPolicy> policies,
            AccountItems items) {
        this.account = account;
        this.awsManaged = awsManaged;
        this.entities = entities;
        this.policies = policies;
        this.items = items;
        entities.values()
                .forEach(kind -> kind.values().forEach(entity -> byId.put(entity.id(), entity)));
    }

    /** Names are unique without regard to case. */
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    public AccountId account() {
        return account;
    }

    public Optional<IamEntity> find(Kind kind, String name) {
        Map<String, IamEntity> all = entities.get(kind);
        return all == null ? Optional.empty() : Optional.ofNullable(all.get(key(name)));
    }

    /** The user, group or role of a unique id. */
    public Optional<IamEntity> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All of a kind by their names. */
    public Collection<IamEntity> all(Kind kind) {
        Map<String, IamEntity> all = entities.get(kind);
        return all == null ? List.of() : all.values();
    }

    /** A managed policy, of the account or of AWS. */
    public Optional<ManagedPolicy> policy(String arn) {
        return Optional.ofNullable(policies.get(arn)).or(() -> awsManaged.find(arn));
    }

    /** The account's own managed policies by their ARNs. */
    public Collection<ManagedPolicy> ownPolicies() {
        return policies.values();
    }

    public Collection<ManagedPolicy> awsManagedPolicies() {
        return awsManaged.all();
    }

    /** The users, groups and roles that a managed policy is attached to. */
    public List<IamEntity> attachedTo(String policyArn) {
        return byId.values().stream()
                .filter(entity -> entity.attached().contains(policyArn))
                .toList();
    }

    /** The users and roles whose permissions boundary a managed policy is. */
    public List<IamEntity> boundTo(String policyArn) {
        return byId.values().stream()
                .filter(entity -> entity.boundary().filter(policyArn::equals).isPresent())
                .toList();
    }

    public List<IamEntity> members(String group) {
        String wanted = key(group);
        return all(Kind.USER).stream()
                .filter(user -> user.groups().stream().anyMatch(g -> key(g).equals(wanted)))
                .toList();
    }

    /** The compiled policies that bind a user or role, those of a user's groups included. */
    public CallerPolicies policiesOf(IamEntity entity) {
        return compiled.computeIfAbsent(entity.id(), id -> compile(entity));
    }

    private CallerPolicies compile(IamEntity entity) {
        List<Policy> identity = new ArrayList<>(identityPolicies(entity));
        for (String group : entity.groups()) {
            find(Kind.GROUP, group).ifPresent(found -> identity.addAll(identityPolicies(found)));
        }
        return new CallerPolicies(
                PolicySet.of(identity),
                entity.boundary().map(arn -> PolicySet.of(managed(PolicyKind.BOUNDARY, arn))),
                Optional.empty());
    }

    private List<Policy> identityPolicies(IamEntity entity) {
        List<Policy> all = new ArrayList<>();
        entity.inline()
                .forEach(
                        (name, document) ->
                                all.add(Policy.parse(PolicyKind.IDENTITY, name, document)));
        entity.attached().forEach(arn -> all.add(managed(PolicyKind.IDENTITY, arn)));
        return all;
    }

    /** A managed policy's default version as a policy of a kind. */
    public Policy managed(PolicyKind kind, String arn) {
        ManagedPolicy policy =
                policy(arn)
                        .orElseThrow(
                                () -> new IllegalStateException("attached but missing: " + arn));
        return Policy.parse(kind, arn, policy.document());
    }

    /** The OpenID Connect providers by their ARNs. */
    public Collection<OidcProvider> oidcProviders() {
        return items.providers().values();
    }

    public Optional<OidcProvider> oidcProvider(String arn) {
        return Optional.ofNullable(items.providers().get(arn.substring(arn.indexOf('/') + 1)))
                .filter(found -> found.arn(account).equals(arn));
    }

    public Optional<AccountAlias> alias() {
        return items.alias();
    }

    AccountItems items() {
        return items;
    }

    Map<Kind, Map<String, IamEntity>> entityMaps() {
        return entities;
    }

    Map<String, ManagedPolicy> policyMap() {
        return policies;
    }
}
