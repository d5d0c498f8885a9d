package dev.cloister.secrets.manager;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.secrets.ValueKeys;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The secrets of all accounts: puts the parts together. Thread-safe. Nothing here may be called
 * from the work of a {@link Database#write}.
 */
public final class SecretsManager implements AutoCloseable {
    private final Database database;
    private final SecretFinder finder;
    private final SecretLifecycle lifecycle;
    private final SecretUpdates updates;
    private final SecretValues values;
    private final SecretList list;
    private final SecretPolicies policies;
    private final SecretTags tags;
    private final Passwords passwords;
    private final Purges purges;

    public SecretsManager(
            Database database,
            ValueKeys keys,
            PolicyCheck check,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.finder = new SecretFinder(database, clock);
        VersionSeal seal = new VersionSeal(keys);
        this.values = new SecretValues(database, finder, seal, clock);
        this.lifecycle = new SecretLifecycle(database, finder, seal, values, clock, random);
        this.updates = new SecretUpdates(database, finder, seal, values, clock);
        this.list = new SecretList(database, clock);
        this.policies = new SecretPolicies(database, finder, check);
        this.tags = new SecretTags(database, finder);
        this.passwords = new Passwords(random);
        this.purges = new Purges(database, clock);
    }

    /** The tables that secrets need. */
    public static Migration migration() {
        return SecretTables.MIGRATION;
    }

    /** Begins to remove deleted secrets when their time has come. */
    public void start() {
        purges.start();
    }

    public SecretLifecycle lifecycle() {
        return lifecycle;
    }

    public SecretUpdates updates() {
        return updates;
    }

    public SecretValues values() {
        return values;
    }

    public SecretList list() {
        return list;
    }

    public SecretPolicies policies() {
        return policies;
    }

    public SecretTags tags() {
        return tags;
    }

    public Passwords passwords() {
        return passwords;
    }

    /** The secret that a name or ARN means to an account, if there is one. */
    public Optional<Secret> find(AccountId account, Region region, String id) {
        return database.read(handle -> finder.search(handle, account, region, id));
    }

    @Override
    public void close() {
        purges.close();
    }
}
