package dev.cloister.benchmarks;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyAccess;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.RootKeyring;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.KeyOrigin;
import dev.cloister.keys.managed.Lifecycle.NewKey;
import dev.cloister.keys.managed.Lockout;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.keys.managed.ManagedKeys;
import dev.cloister.keys.managed.RoutedKeys;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What it costs to open a small sealed blob: with its data key still in memory, with the data key
 * unwrapped by the account's own key, and with it unwrapped by a KMS key, whose row and material
 * are read from the database. The last includes the check that the key may be used.
 */
public final class DataKeyUnwrap {
    private static final int WARM_UP = 5_000;
    private static final int ROUNDS = 20_000;
    private static final AccountId ACCOUNT = new AccountId("111122223333");
    private static final Region REGION = new Region("us-east-1");
    private static final Map<String, String> CONTEXT = Map.of("aws:lambda:FunctionArn", "f");

    /** Keeps the work from being optimized away. */
    private static long opened;

    private DataKeyUnwrap() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("cloister-benchmark-");
        try (Database database =
                        new SqliteDatabase(
                                folder.resolve("state.db"),
                                List.of(RootKeyring.migration(), ManagedKeys.migration()));
                ManagedKeys managed = managed(folder, database)) {
            measure(
                    new RoutedKeys(
                            keyring(folder, database), managed, RoutedKeys.viaService("lambda")),
                    key(managed));
        }
        System.err.println(opened + " bytes opened, in " + folder);
    }

    private static RootKeyring keyring(Path folder, Database database) {
        return RootKeyring.open(folder.resolve("root.key"), database);
    }

    private static ManagedKeys managed(Path folder, Database database) {
        return new ManagedKeys(
                database,
                new Envelope(keyring(folder, database)),
                _ -> new KeyAccess.Verdict.Allowed(),
                InstantSource.system(),
                new SecureRandom());
    }

    private static ManagedKey key(ManagedKeys managed) {
        return managed.lifecycle()
                .create(
                        KeyCaller.service(ACCOUNT, REGION, "lambda.us-east-1.amazonaws.com"),
                        new NewKey(
                                KeySpec.SYMMETRIC_DEFAULT,
                                KeyUsage.ENCRYPT_DECRYPT,
                                KeyOrigin.AWS_KMS,
                                "",
                                Optional.empty(),
                                Lockout.CHECKED,
                                Map.of()));
    }

    private static void measure(RoutedKeys keys, ManagedKey key) {
        Envelope envelope = new Envelope(keys);
        KeyRef own = new KeyRef(ACCOUNT.value(), "alias/aws/lambda");
        byte[] blob = envelope.seal(new byte[256], own, CONTEXT);
        DataKey ofAccount = keys.generateDataKey(own, CONTEXT);
        DataKey ofCustomer = keys.generateDataKey(new KeyRef(ACCOUNT.value(), key.arn()), CONTEXT);
        Table table = new Table("open", "µs");
        table.add(
                "blob, data key in memory",
                micros(() -> opened += envelope.open(blob, CONTEXT).length));
        table.add(
                "data key, by the account's key",
                micros(
                        () ->
                                opened +=
                                        keys.unwrap(ofAccount.wrapped(), CONTEXT)
                                                .plaintext()
                                                .length));
        table.add(
                "data key, by a KMS key",
                micros(
                        () -> {
                            if (keys.refusal(ACCOUNT, key.arn(), CONTEXT).isEmpty()) {
                                opened +=
                                        keys.unwrap(ofCustomer.wrapped(), CONTEXT)
                                                .plaintext()
                                                .length;
                            }
                        }));
        table.print(System.out);
    }

    private static double micros(Runnable work) {
        for (int i = 0; i < WARM_UP; i++) {
            work.run();
        }
        long start = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            work.run();
        }
        return (System.nanoTime() - start) / 1e3 / ROUNDS;
    }
}
