package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.directory.IamEntity.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One edit of an account under way: what it reads is the state before it. For one thread. */
final class Edit {
    private final AccountState before;
    private final List<Step> steps = new ArrayList<>();

    Edit(AccountState before) {
        this.before = before;
    }

    /** A change to be stored. */
    sealed interface Step {
        record PutEntity(IamEntity entity) implements Step {}

        record RemoveEntity(IamEntity entity) implements Step {}

        record PutPolicy(ManagedPolicy policy) implements Step {}

        record RemovePolicy(ManagedPolicy policy) implements Step {}

        record PutItem(AccountItem item) implements Step {}

        record RemoveItem(AccountItem item) implements Step {}
    }

    AccountState state() {
        return before;
    }

    AccountId account() {
        return before.account();
    }

    /**
     * @throws AwsError NoSuchEntity
     */
    IamEntity require(Kind kind, String name) {
        return before.find(kind, name).orElseThrow(() -> IamErrors.missing(kind, name));
    }

    void put(IamEntity entity) {
        steps.add(new Step.PutEntity(entity));
    }

    void remove(IamEntity entity) {
        steps.add(new Step.RemoveEntity(entity));
    }

    void put(ManagedPolicy policy) {
        steps.add(new Step.PutPolicy(policy));
    }

    void remove(ManagedPolicy policy) {
        steps.add(new Step.RemovePolicy(policy));
    }

    void put(AccountItem item) {
        steps.add(new Step.PutItem(item));
    }

    void remove(AccountItem item) {
        steps.add(new Step.RemoveItem(item));
    }

    List<Step> steps() {
        return steps;
    }

    AccountState after(AwsManagedPolicies awsManaged) {
        Map<Kind, Map<String, IamEntity>> entities = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            entities.put(kind, new TreeMap<>(before.entityMaps().getOrDefault(kind, Map.of())));
        }
        Map<String, ManagedPolicy> policies = new TreeMap<>(before.policyMap());
        AccountItems items = before.items();
        for (Step step : steps) {
            switch (step) {
                case Step.PutEntity(IamEntity entity) ->
                        of(entities, entity).put(AccountState.key(entity.name()), entity);
                case Step.RemoveEntity(IamEntity entity) ->
                        of(entities, entity).remove(AccountState.key(entity.name()));
                case Step.PutPolicy(ManagedPolicy policy) -> policies.put(policy.arn(), policy);
                case Step.RemovePolicy(ManagedPolicy policy) -> policies.remove(policy.arn());
                case Step.PutItem(AccountItem item) -> items = items.plus(item);
                case Step.RemoveItem(AccountItem item) -> items = items.minus(item);
            }
        }
        return new AccountState(before.account(), awsManaged, entities, policies, items);
    }

    private static Map<String, IamEntity> of(
            Map<Kind, Map<String, IamEntity>> entities, IamEntity entity) {
        return entities.computeIfAbsent(entity.kind(), kind -> new TreeMap<>());
    }
}
