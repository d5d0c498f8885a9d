package dev.cloister.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RootKeyringTest {
    private static final KeyRef KEY = new KeyRef("123456789012", "alias/aws/lambda");
    private static final Map<String, String> CONTEXT = Map.of("function", "f");

    @TempDir private Path folder;
    private Path file;
    private Database database;

    @BeforeEach
    void open() {
        file = folder.resolve("root.key");
        database = new SqliteDatabase(folder.resolve("state.db"), List.of(RootKeyring.migration()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private RootKeyring keyring() {
        return RootKeyring.open(file, database);
    }

    @Test
    void dataKeysComeBackAfterARestart() {
        DataKey made = keyring().generateDataKey(KEY, CONTEXT);
        assertThat(keyring().unwrap(made.wrapped(), CONTEXT).plaintext())
                .isEqualTo(made.plaintext());
    }

    @Test
    void everyDataKeyIsAnother() {
        RootKeyring keyring = keyring();
        DataKey one = keyring.generateDataKey(KEY, CONTEXT);
        DataKey two = keyring.generateDataKey(KEY, CONTEXT);
        assertThat(one.plaintext()).isNotEqualTo(two.plaintext());
        assertThat(one.wrapped()).isNotEqualTo(two.wrapped());
    }

    @Test
    void aDataKeyOpensInItsContextAloneAndOnlyUnchanged() {
        RootKeyring keyring = keyring();
        byte[] wrapped = keyring.generateDataKey(KEY, CONTEXT).wrapped();
        for (Map<String, String> other :
                List.of(
                        Map.<String, String>of(),
                        Map.of("function", "g"),
                        Map.of("f", "function"))) {
            assertThatThrownBy(() -> keyring.unwrap(wrapped, other))
                    .isInstanceOf(KeyUnavailableException.class);
        }
        for (int i = 0; i < wrapped.length; i++) {
            byte[] bad = wrapped.clone();
            bad[i] ^= 1;
            assertThatThrownBy(() -> keyring.unwrap(bad, CONTEXT))
                    .isInstanceOf(KeyUnavailableException.class);
            byte[] cut = Arrays.copyOf(wrapped, i);
            assertThatThrownBy(() -> keyring.unwrap(cut, CONTEXT))
                    .isInstanceOf(KeyUnavailableException.class);
        }
    }

    @Test
    void oneAccountsKeyDoesNotOpenWhatAnothersSealed() {
        RootKeyring keyring = keyring();
        byte[] mine = keyring.generateDataKey(KEY, CONTEXT).wrapped();
        byte[] theirs =
                keyring.generateDataKey(new KeyRef("210987654321", KEY.alias()), CONTEXT).wrapped();
        byte[] mixed = mine.clone();
        System.arraycopy(theirs, 0, mixed, 0, 17); // the other key's id on my ciphertext
        assertThatThrownBy(() -> keyring.unwrap(mixed, CONTEXT))
                .isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void aKeyOfAnotherInstallationIsNamedAsMissing() {
        byte[] wrapped = keyring().generateDataKey(KEY, CONTEXT).wrapped();
        try (Database other =
                new SqliteDatabase(folder.resolve("other.db"), List.of(RootKeyring.migration()))) {
            RootKeyring keyring = RootKeyring.open(folder.resolve("other.key"), other);
            assertThatThrownBy(() -> keyring.unwrap(wrapped, CONTEXT))
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasMessageContaining("there is no key");
        }
    }

    @Test
    void manyFirstUsesMakeOneKey() throws Exception {
        RootKeyring keyring = keyring();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<DataKey>> made = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                made.add(threads.submit(() -> keyring.generateDataKey(KEY, CONTEXT)));
            }
            for (Future<DataKey> one : made) {
                keyring.unwrap(one.get().wrapped(), CONTEXT);
            }
        }
        assertThat(
                        database.<Integer>read(
                                h ->
                                        h.select("SELECT count(*) FROM keys")
                                                .mapTo(Integer.class)
                                                .one()))
                .isEqualTo(1);
    }

    @Test
    void namesThatAreNoAccountOrAliasAreRefused() {
        RootKeyring keyring = keyring();
        for (KeyRef bad :
                List.of(new KeyRef("12345", "alias/a"), new KeyRef("123456789012", "aws/lambda"))) {
            assertThatThrownBy(() -> keyring.generateDataKey(bad, CONTEXT))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theRootKeyFileIsForItsOwnerAloneAndHasItsForm() throws IOException {
        keyring();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file))
                .matches("cloister root key v1\nid [0-9a-f]{16}\nkey [0-9a-f]{64}\n");
        try (var files = Files.list(folder)) {
            assertThat(files.filter(f -> f.toString().contains("unfinished"))).isEmpty();
        }
    }

    @Test
    void anUnfinishedFileOfAnInterruptedStartIsReplaced() throws IOException {
        Files.writeString(folder.resolve(".root.key.unfinished"), "half");
        keyring().generateDataKey(KEY, CONTEXT);
        keyring();
    }

    @Test
    void aMissingRootKeyIsNeverReplacedWhereKeysExist() throws IOException {
        keyring().generateDataKey(KEY, CONTEXT);
        Files.delete(file);
        assertThatThrownBy(this::keyring)
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("is missing")
                .hasMessageContaining("Restore it from a backup");
        assertThat(file).doesNotExist();
    }

    @Test
    void theRootKeyOfAnotherInstallationIsRefused() throws IOException {
        keyring().generateDataKey(KEY, CONTEXT);
        Files.delete(file);
        try (Database other =
                new SqliteDatabase(folder.resolve("other.db"), List.of(RootKeyring.migration()))) {
            RootKeyring.open(file, other);
        }
        assertThatThrownBy(this::keyring)
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("put that file back");
    }

    @Test
    void aRootKeyThatOthersCanReadIsRefused() throws IOException {
        keyring();
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rwx------")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(this::keyring)
                    .isInstanceOf(RootKeyException.class)
                    .hasMessageContaining(mode)
                    .hasMessageContaining("chmod 600");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        keyring();
    }

    @Test
    void aRootKeyOfAnotherUserIsRefused() throws IOException {
        keyring();
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root can give a file away");
        Files.setAttribute(file, "unix:uid", 4321);
        assertThatThrownBy(this::keyring)
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("belongs to user 4321");
    }

    @Test
    void aFolderOrLinkInPlaceOfTheRootKeyIsNoFirstStart() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("nowhere"));
        assertThatThrownBy(this::keyring)
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("is not a file");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(this::keyring)
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("is not a file");
    }

    @Test
    void aDamagedRootKeyFileIsRefusedWithoutShowingIt() throws IOException {
        keyring().generateDataKey(KEY, CONTEXT);
        String good = Files.readString(file);
        String key = good.substring(good.indexOf("key ", 21) + 4).strip();
        String otherKey = (key.charAt(0) == '0' ? "1" : "0") + key.substring(1);
        for (String bad :
                List.of(
                        "",
                        good.substring(1),
                        good + "\n",
                        good.replace(key, otherKey),
                        good.replace("v1", "v2"),
                        "x".repeat(good.length()))) {
            Files.writeString(file, bad);
            assertThatThrownBy(this::keyring)
                    .isInstanceOf(RootKeyException.class)
                    .hasMessageContaining("is damaged")
                    .hasMessageNotContaining(otherKey.substring(1));
        }
    }

    @Test
    void aChangedKeyInTheDatabaseIsFound() {
        keyring().generateDataKey(KEY, CONTEXT);
        database.update(h -> h.execute("UPDATE keys SET account_id = '210987654321'"));
        assertThatThrownBy(this::keyring)
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void noKeyIsPrintedOrStoredInClear() throws IOException {
        RootKeyring keyring = keyring();
        DataKey dataKey = keyring.generateDataKey(KEY, CONTEXT);
        String good = Files.readString(file);
        String rootHex = good.substring(good.indexOf("key ", 21) + 4).strip();
        assertThat(keyring.toString()).doesNotContain(rootHex);
        assertThat(dataKey.toString()).isEqualTo("DataKey[***]");
        byte[] root = HexFormat.of().parseHex(rootHex);
        for (byte[] secret : List.of(root, dataKey.plaintext())) {
            for (String name : List.of("state.db", "state.db-wal")) {
                String stored = Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1);
                assertThat(stored.contains(new String(secret, StandardCharsets.ISO_8859_1)))
                        .isFalse();
                assertThat(stored.contains(HexFormat.of().formatHex(secret))).isFalse();
            }
        }
    }
}
