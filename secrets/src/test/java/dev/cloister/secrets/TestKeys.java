package dev.cloister.secrets;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyAccess;
import dev.cloister.keys.KeyAccess.Verdict;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.KeyUse;
import dev.cloister.keys.RootKeyring;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.KeyOrigin;
import dev.cloister.keys.managed.Lifecycle.NewKey;
import dev.cloister.keys.managed.Lockout;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.keys.managed.ManagedKeys;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterStore;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import dev.cloister.storage.SqliteDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A database with real KMS keys in it, and a clock of the test's own. Whoever is of a key's account
 * may use it, unless the test denies it.
 */
public final class TestKeys implements AutoCloseable, InstantSource {
    public static final KeyCaller OWNER = caller("111122223333", "us-east-1");
    public static final KeyCaller STRANGER = caller("444455556666", "us-east-1");
    public static final KeyCaller ELSEWHERE = caller("111122223333", "eu-west-1");

    public final Database database;
    public final ManagedKeys keys;
    public final ValueKeys values;

    /** Under the accounts' own keys. */
    public final Envelope envelope;

    /** Every use of a key that was judged. */
    public final List<KeyUse> uses = new ArrayList<>();

    private Instant now = Instant.parse("2026-01-01T10:00:00Z");
    private boolean denied;
    private boolean shared;

    public TestKeys(Path folder) {
        database = new SqliteDatabase(folder.resolve("state.db"), migrations());
        envelope = new Envelope(RootKeyring.open(folder.resolve("root.key"), database));
        keys = new ManagedKeys(database, envelope, this::judge, this, new SecureRandom());
        values = new ValueKeys(keys, this, new SecureRandom());
    }

    public static List<Migration> migrations() {
        return List.of(
                RootKeyring.migration(),
                ManagedKeys.migration(),
                SecretsManager.migration(),
                ParameterStore.migration());
    }

    private static KeyCaller caller(String account, String region) {
        return new KeyCaller(
                new Principal(
                        new AccountId(account),
                        "arn:aws:iam::%s:root".formatted(account),
                        account,
                        "AKIA"),
                new Region(region),
                Optional.of("secretsmanager." + region + ".amazonaws.com"),
                Map.of());
    }

    private KeyAccess.Verdict judge(KeyUse use) {
        uses.add(use);
        boolean own = use.caller().account().value().equals(use.keyAccount());
        return !denied && (own || shared)
                ? new Verdict.Allowed()
                : new Verdict.NotAllowed("because the test says so");
    }

    @Override
    public Instant instant() {
        return now;
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public void deny() {
        denied = true;
    }

    public void allowEverybody() {
        shared = true;
    }

    /** A symmetric key of the owner's. */
    public ManagedKey newKey() {
        return keys.lifecycle()
                .create(
                        OWNER,
                        new NewKey(
                                KeySpec.SYMMETRIC_DEFAULT,
                                KeyUsage.ENCRYPT_DECRYPT,
                                KeyOrigin.AWS_KMS,
                                "",
                                Optional.empty(),
                                Lockout.CHECKED,
                                Map.of()));
    }

    @Override
    public void close() {
        keys.close();
        database.close();
    }
}
