package dev.cloister.keys.managed;

import dev.cloister.api.AwsError;
import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.time.InstantSource;
import java.util.List;

/** The aliases of keys. Thread-safe. */
public final class Aliases {
    /** KMS's quota "Aliases per KMS key". */
    static final int MOST_PER_KEY = 50;

    private final Database database;
    private final KeyGate gate;
    private final InstantSource clock;

    Aliases(Database database, KeyGate gate, InstantSource clock) {
        this.database = database;
        this.gate = gate;
        this.clock = clock;
    }

    public void create(KeyCaller caller, String name, String keyId) {
        check(name);
        ManagedKey key = ownKey(caller, keyId, "CreateAlias");
        database.update(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    requireRoom(AliasRows.count(handle, now.id()));
                    AliasRows.find(handle, now.account(), now.region(), name)
                            .ifPresent(
                                    there -> {
                                        throw KeyErrors.of(
                                                "AlreadyExistsException",
                                                "An alias with the name %s already exists"
                                                        .formatted(there.arn()));
                                    });
                    AliasRows.insert(handle, now, name, clock.instant());
                });
    }

    /** Points an alias to another key of the same kind (UpdateAlias). */
    public void update(KeyCaller caller, String name, String keyId) {
        check(name);
        String arn = arn(caller, name);
        ManagedKey key = ownKey(caller, keyId, "UpdateAlias");
        // UpdateAlias, "Required permissions": on the alias, on its key and on the other key.
        String before = target(caller, name);
        ManagedKey previous = gate.toManage(caller, before, "UpdateAlias");
        database.update(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    KeyAlias alias =
                            AliasRows.find(handle, now.account(), now.region(), name)
                                    .filter(it -> it.keyId().equals(before))
                                    .orElseThrow(() -> KeyErrors.noAlias(arn));
                    requireSameKind(previous, now);
                    if (!alias.keyId().equals(now.id())) {
                        requireRoom(AliasRows.count(handle, now.id()));
                    }
                    AliasRows.point(handle, now, name, clock.instant());
                });
    }

    public void delete(KeyCaller caller, String name) {
        check(name);
        ManagedKey key = gate.toManage(caller, target(caller, name), "DeleteAlias");
        int deleted =
                database.write(
                        handle -> AliasRows.delete(handle, key.account(), key.region(), name));
        if (deleted == 0) {
            throw KeyErrors.noAlias(arn(caller, name));
        }
    }

    /** The key of an alias of the caller's account. */
    private String target(KeyCaller caller, String name) {
        return database.read(
                        handle -> AliasRows.find(handle, caller.account(), caller.region(), name))
                .map(KeyAlias::keyId)
                .orElseThrow(() -> KeyErrors.noAlias(arn(caller, name)));
    }

    /** The account's aliases in the caller's region by their names, after a marker. */
    public List<KeyAlias> list(KeyCaller caller, String after, int most) {
        return database.read(
                handle -> AliasRows.page(handle, caller.account(), caller.region(), after, most));
    }

    /** The aliases of one key. */
    public List<KeyAlias> list(KeyCaller caller, String keyId, String after, int most) {
        ManagedKey key = gate.toName(caller, keyId, "ListAliases");
        return database.read(handle -> AliasRows.pageOfKey(handle, key.id(), after, most));
    }

    /** An alias and its key are of one account and region. */
    private ManagedKey ownKey(KeyCaller caller, String keyId, String operation) {
        ManagedKey key = gate.toManage(caller, keyId, operation);
        if (!key.account().equals(caller.account())) {
            throw KeyErrors.noKey(key.arn());
        }
        return key;
    }

    private static void check(String name) {
        if (!name.startsWith("alias/")) {
            throw KeyErrors.validation(
                    "Alias must start with the prefix \"alias/\". Please see"
                            + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
        }
        String rest = name.substring("alias/".length());
        if (rest.isEmpty() || rest.indexOf(':') >= 0) {
            throw KeyErrors.of(
                    "InvalidAliasNameException",
                    "%s contains invalid characters for an alias".formatted(name));
        }
        if (ServiceKeys.isReserved(name)) {
            throw new AwsError(
                    "NotAuthorizedException",
                    400,
                    "Aliases that begin with alias/aws/ are reserved");
        }
    }

    private static void requireRoom(int aliases) {
        if (aliases >= MOST_PER_KEY) {
            throw KeyErrors.of(
                    "LimitExceededException",
                    "The key has %d aliases, the most there can be.".formatted(MOST_PER_KEY));
        }
    }

    private static void requireSameKind(ManagedKey before, ManagedKey after) {
        boolean same =
                before.usage() == after.usage()
                        && before.spec().isAsymmetric() == after.spec().isAsymmetric();
        if (!same) {
            throw KeyErrors.validation(
                    "Alias cannot be changed from a %s key to a %s key of another type"
                            .formatted(before.spec(), after.spec()));
        }
    }

    private static String arn(KeyCaller caller, String name) {
        return KeyReference.aliasArn(caller.region(), caller.account(), name);
    }
}
