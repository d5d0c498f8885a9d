package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.KeyUse.Manager;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.ManagedKey.Deletion;
import dev.cloister.keys.managed.MaterialRows.Sealed;
import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Makes, lists, changes and deletes keys. Thread-safe; each change is one transaction. */
public final class Lifecycle {
    /** KMS's quota "AWS KMS keys" for an account and region. */
    static final int MOST_KEYS = 100_000;

    private static final int SHORTEST_WAIT_DAYS = 7;
    private static final int LONGEST_WAIT_DAYS = 30;

    private final Database database;
    private final KeyGate gate;
    private final Materials materials;
    private final InstantSource clock;

    Lifecycle(Database database, KeyGate gate, Materials materials, InstantSource clock) {
        this.database = database;
        this.gate = gate;
        this.materials = materials;
        this.clock = clock;
    }

    /** What a new key shall be. */
    public record NewKey(
            KeySpec spec,
            KeyUsage usage,
            KeyOrigin origin,
            String description,
            Optional<String> policy,
            Lockout lockout,
            Map<String, String> tags) {}

    public ManagedKey create(KeyCaller caller, NewKey wanted) {
        if (!wanted.spec().usages().contains(wanted.usage())) {
            throw KeyErrors.validation(
                    "KeyUsage %s is not compatible with KeySpec %s"
                            .formatted(wanted.usage(), wanted.spec()));
        }
        wanted.policy()
                .ifPresent(
                        policy -> checkPolicy(policy, caller.account(), caller, wanted.lockout()));
        Tags.check(wanted.tags());
        ManagedKey key = key(caller, wanted);
        Optional<Sealed> material =
                wanted.origin() == KeyOrigin.AWS_KMS
                        ? Optional.of(materials.generate(key.account(), key.id(), key.spec()))
                        : Optional.empty();
        return database.write(
                handle -> {
                    if (KeyRows.count(handle, key.account(), key.region()) >= MOST_KEYS) {
                        throw KeyErrors.of(
                                "LimitExceededException",
                                "The account has %d keys in this region, the most there can be."
                                        .formatted(MOST_KEYS));
                    }
                    KeyRows.insert(handle, key);
                    material.ifPresent(
                            it ->
                                    MaterialRows.add(
                                            handle,
                                            key.id(),
                                            it,
                                            Optional.empty(),
                                            key.createdAt()));
                    TagRows.put(handle, key.id(), wanted.tags());
                    return current(handle, key);
                });
    }

    private ManagedKey key(KeyCaller caller, NewKey wanted) {
        return new ManagedKey(
                UUID.randomUUID().toString(),
                caller.account(),
                caller.region(),
                Manager.CUSTOMER,
                wanted.spec(),
                wanted.usage(),
                wanted.origin(),
                wanted.origin() == KeyOrigin.AWS_KMS ? KeyState.ENABLED : KeyState.PENDING_IMPORT,
                wanted.description(),
                wanted.policy().orElseGet(() -> KeyPolicies.standard(caller.account())),
                Instant.ofEpochMilli(clock.instant().toEpochMilli()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public ManagedKey describe(KeyCaller caller, String keyId) {
        return gate.toRead(caller, keyId, "DescribeKey", Map.of());
    }

    /** The account's keys in the caller's region by their ids, after a marker. */
    public List<ManagedKey> list(KeyCaller caller, String after, int most) {
        return database.read(
                handle -> KeyRows.page(handle, caller.account(), caller.region(), after, most));
    }

    public void enable(KeyCaller caller, String keyId) {
        setState(caller, keyId, "EnableKey", KeyState.ENABLED);
    }

    public void disable(KeyCaller caller, String keyId) {
        setState(caller, keyId, "DisableKey", KeyState.DISABLED);
    }

    private void setState(KeyCaller caller, String keyId, String operation, KeyState state) {
        ManagedKey key = gate.toManage(caller, keyId, operation);
        database.update(
                handle -> {
                    ManagedKey now = current(handle, key);
                    switch (now.state()) {
                        case ENABLED, DISABLED -> KeyRows.setState(handle, now, state);
                        case PENDING_DELETION, PENDING_IMPORT -> KeyGate.requireUsable(now);
                    }
                });
    }

    /** After this many days the key and its material are destroyed; until then it can't be used. */
    public ManagedKey scheduleDeletion(KeyCaller caller, String keyId, int waitingDays) {
        if (waitingDays < SHORTEST_WAIT_DAYS || waitingDays > LONGEST_WAIT_DAYS) {
            throw KeyErrors.validation(
                    "PendingWindowInDays must be between %d and %d (inclusive)"
                            .formatted(SHORTEST_WAIT_DAYS, LONGEST_WAIT_DAYS));
        }
        ManagedKey key = gate.toManage(caller, keyId, "ScheduleKeyDeletion");
        Instant at = clock.instant().plus(Duration.ofDays(waitingDays));
        return database.write(
                handle -> {
                    ManagedKey now = current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    KeyRows.scheduleDeletion(handle, now, new Deletion(at, waitingDays));
                    return current(handle, key);
                });
    }

    public ManagedKey cancelDeletion(KeyCaller caller, String keyId) {
        ManagedKey key = gate.toManage(caller, keyId, "CancelKeyDeletion");
        return database.write(
                handle -> {
                    ManagedKey now = current(handle, key);
                    if (now.state() != KeyState.PENDING_DELETION) {
                        throw KeyErrors.invalidState(now.arn(), "is not pending deletion.");
                    }
                    boolean lacksMaterial =
                            now.origin() == KeyOrigin.EXTERNAL && now.expiry().isEmpty();
                    KeyRows.setState(
                            handle,
                            now,
                            lacksMaterial ? KeyState.PENDING_IMPORT : KeyState.DISABLED);
                    return now;
                });
    }

    public void describeAs(KeyCaller caller, String keyId, String description) {
        ManagedKey key = gate.toManage(caller, keyId, "UpdateKeyDescription");
        database.update(
                handle -> {
                    ManagedKey now = current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    KeyRows.setDescription(handle, now, description);
                });
    }

    /** The key's policy; every key has the one named {@code default}. */
    public String policy(KeyCaller caller, String keyId, String name) {
        ManagedKey key = gate.toManage(caller, keyId, "GetKeyPolicy");
        if (!name.equals("default")) {
            throw KeyErrors.of("NotFoundException", "No such policy exists");
        }
        return key.policy();
    }

    /** Checks that the caller may list the names of a key's policies. */
    public void requireListing(KeyCaller caller, String keyId) {
        ManagedKey listed = gate.toManage(caller, keyId, "ListKeyPolicies");
        assert !listed.policy().isEmpty();
    }

    public void putPolicy(KeyCaller caller, String keyId, String policy, Lockout lockout) {
        ManagedKey key = gate.toManage(caller, keyId, "PutKeyPolicy");
        checkPolicy(policy, key.account(), caller, lockout);
        database.update(
                handle -> {
                    ManagedKey now = current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    KeyRows.setPolicy(handle, now, policy);
                });
    }

    private void checkPolicy(String policy, AccountId owner, KeyCaller caller, Lockout lockout) {
        KeyPolicies.check(policy);
        gate.checkPolicy(policy);
        switch (lockout) {
            case CHECKED -> KeyPolicies.checkLockout(policy, owner, caller);
            case BYPASSED -> {}
        }
    }

    /** The key inside a write: it may have changed since it was found. */
    static ManagedKey current(Handle handle, ManagedKey key) {
        return KeyRows.find(handle, key.id()).orElseThrow(() -> KeyErrors.noKey(key.arn()));
    }
}
