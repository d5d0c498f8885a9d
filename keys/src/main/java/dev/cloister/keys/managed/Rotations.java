package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.managed.MaterialInfo.RotationKind;
import dev.cloister.keys.managed.MaterialRows.Sealed;
import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Rotation: a key gets new material, which encrypts from then on; what older material encrypted
 * stays readable. Thread-safe.
 */
public final class Rotations {
    /** EnableKeyRotation's default. */
    public static final int STANDARD_DAYS = 365;

    /** KMS's quota of on-demand rotations of a key, ever. */
    static final int MOST_ON_DEMAND = 25;

    private final Database database;
    private final KeyGate gate;
    private final Materials materials;
    private final InstantSource clock;

    Rotations(Database database, KeyGate gate, Materials materials, InstantSource clock) {
        this.database = database;
        this.gate = gate;
        this.materials = materials;
        this.clock = clock;
    }

    public void enable(KeyCaller caller, String keyId, int days) {
        ManagedKey key = rotatable(caller, keyId, "EnableKeyRotation");
        database.update(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireUsable(now);
                    KeyRows.setRotation(
                            handle, now, days, clock.instant().plus(Duration.ofDays(days)));
                });
    }

    public void disable(KeyCaller caller, String keyId) {
        ManagedKey key = rotatable(caller, keyId, "DisableKeyRotation");
        database.update(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireUsable(now);
                    KeyRows.endRotation(handle, now);
                });
    }

    /** The key, whose rotation it says; asymmetric and HMAC keys have none, and say so. */
    public ManagedKey status(KeyCaller caller, String keyId) {
        ManagedKey key = gate.toManage(caller, keyId, "GetKeyRotationStatus");
        KeyGate.requireNotLeaving(key);
        if (key.origin() == KeyOrigin.EXTERNAL) {
            throw KeyErrors.wrongOrigin(key);
        }
        return key;
    }

    public ManagedKey rotate(KeyCaller caller, String keyId) {
        ManagedKey key = rotatable(caller, keyId, "RotateKeyOnDemand");
        KeyGate.requireUsable(key);
        Sealed fresh = materials.generate(key.account(), key.id(), key.spec());
        database.update(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireUsable(now);
                    if (MaterialRows.rotationsOnDemand(handle, now.id()) >= MOST_ON_DEMAND) {
                        throw KeyErrors.of(
                                "LimitExceededException",
                                "The on-demand rotations limit has been reached for the given"
                                        + " keyId. No more on-demand rotations can be performed for"
                                        + " this key: "
                                        + now.arn());
                    }
                    MaterialRows.add(
                            handle,
                            now.id(),
                            fresh,
                            Optional.of(RotationKind.ON_DEMAND),
                            clock.instant());
                });
        return key;
    }

    /** The materials of a key, oldest first. */
    public List<MaterialInfo> list(KeyCaller caller, String keyId) {
        ManagedKey key = gate.toManage(caller, keyId, "ListKeyRotations");
        requireSymmetric(key);
        return database.read(handle -> MaterialRows.list(handle, key.id()));
    }

    private ManagedKey rotatable(KeyCaller caller, String keyId, String operation) {
        ManagedKey key = gate.toManage(caller, keyId, operation);
        requireSymmetric(key);
        if (!key.isRotatable()) {
            throw KeyErrors.wrongOrigin(key);
        }
        return key;
    }

    private static void requireSymmetric(ManagedKey key) {
        if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
            throw KeyErrors.of(
                    "UnsupportedOperationException",
                    "%s key spec is %s which is not valid for this operation."
                            .formatted(key.arn(), key.spec()));
        }
    }
}
