package dev.cloister.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A root key that a transit service seals, and its ways from the file and back. */
@Timeout(60)
final class SealedRootKeyTest {
    private static final KeyRef KEY = new KeyRef("123456789012", "alias/aws/lambda");
    private static final Map<String, String> CONTEXT = Map.of("a", "b");

    @TempDir private Path folder;
    private TransitServer transit;
    private Database database;
    private RootKeyPlace sealed;
    private RootKeyPlace inFile;

    @BeforeEach
    void open() throws IOException {
        transit = new TransitServer();
        database = new SqliteDatabase(folder.resolve("state.db"), List.of(RootKeyring.migration()));
        write("token", "good\n");
        Path description =
                write(
                        "root-key.conf",
                        """
                        # which key
                        kind = transit
                        address = %s
                        key = cloister
                        token-file = token
                        """
                                .formatted(transit.address()));
        Path file = folder.resolve("root.key");
        sealed = new RootKeyPlace(file, Optional.of(description));
        inFile = RootKeyPlace.of(file);
    }

    @AfterEach
    void close() {
        database.close();
        transit.close();
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void theOutsideKeyIsAskedAtTheStartAloneAndTheFileHoldsNoKey() throws IOException {
        DataKey made = RootKeyring.open(sealed, database).generateDataKey(KEY, CONTEXT);
        assertThat(transit.calls()).containsExactly("encrypt");
        String text = Files.readString(sealed.file());
        assertThat(text).startsWith("cloister sealed root key v1\n").doesNotContain("\nkey ");
        RootKeyring keyring = RootKeyring.open(sealed, database);
        assertThat(transit.calls()).containsExactly("encrypt", "decrypt");
        transit.close();
        // An outage is nothing to a server that runs.
        assertThat(keyring.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
        assertThat(keyring.generateDataKey(KEY, CONTEXT).wrapped()).isNotEmpty();
        assertThatThrownBy(() -> RootKeyring.open(sealed, database))
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining(transit.address())
                .hasMessageContaining("could not be asked");
    }

    @Test
    void aRootKeyMovesToTheOutsideKeyAndBack() throws IOException {
        DataKey made = RootKeyring.open(inFile, database).generateDataKey(KEY, CONTEXT);
        assertThatThrownBy(() -> RootKeyring.open(sealed, database))
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("in the file itself")
                .hasMessageContaining("rotate-root");
        RootKeyRotation.rotate(sealed, database);
        assertThatThrownBy(() -> RootKeyring.open(inFile, database))
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("sealed by the key in");
        assertThat(RootKeyring.open(sealed, database).unwrap(made.wrapped(), CONTEXT).plaintext())
                .isEqualTo(made.plaintext());
        RootKeyRotation.rotate(inFile, database);
        assertThat(Files.readString(inFile.file())).startsWith("cloister root key v1\n");
        transit.close();
        assertThat(RootKeyring.open(inFile, database).unwrap(made.wrapped(), CONTEXT).plaintext())
                .isEqualTo(made.plaintext());
    }

    @Test
    void theRootKeyIsSealedAnewWithoutLeavingTheService() throws IOException {
        DataKey made = RootKeyring.open(sealed, database).generateDataKey(KEY, CONTEXT);
        String before = Files.readString(sealed.file());
        transit.rotate();
        RootKeyRotation.reseal(sealed);
        assertThat(Files.readString(sealed.file())).isNotEqualTo(before);
        assertThat(transit.calls()).containsExactly("encrypt", "rewrap");
        assertThat(RootKeyring.open(sealed, database).unwrap(made.wrapped(), CONTEXT).plaintext())
                .isEqualTo(made.plaintext());
    }

    @Test
    void aRefusalChangesNothingAndTellsNoSecret() throws IOException {
        DataKey made = RootKeyring.open(inFile, database).generateDataKey(KEY, CONTEXT);
        String before = Files.readString(inFile.file());
        transit.accept("another");
        assertThatThrownBy(() -> RootKeyRotation.rotate(sealed, database))
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("403")
                .hasMessageContaining("permission denied")
                .message()
                .doesNotContain("good");
        assertThat(Files.readString(inFile.file())).isEqualTo(before);
        assertThat(RootKeyring.open(inFile, database).unwrap(made.wrapped(), CONTEXT).plaintext())
                .isEqualTo(made.plaintext());
    }

    @Test
    void descriptionsThatOthersReadOrThatMakeNoSenseAreRefused() throws IOException {
        Path description = sealed.sealedBy().orElseThrow();
        Files.setPosixFilePermissions(description, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> RootKeyring.open(sealed, database))
                .hasMessageContaining("chmod 600");
        write("root-key.conf", "kind = transit\naddress = http://192.0.2.1/\nkey = k\n");
        assertThatThrownBy(() -> RootKeyring.open(sealed, database))
                .hasMessageContaining("address is an https URL");
        write("root-key.conf", "kind = cloud\n");
        assertThatThrownBy(() -> RootKeyring.open(sealed, database))
                .hasMessageContaining("kms, transit or pkcs11");
        assertThat(sealed.file()).doesNotExist();
    }

    @Test
    void theRootKeyIsNowhereInClear() throws IOException {
        RootKeyring.open(sealed, database).generateDataKey(KEY, CONTEXT);
        byte[] key = RootKeyFile.read(sealed.file()).bytes();
        String hex = HexFormat.of().formatHex(key);
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain(hex)
                        .doesNotContain(
                                new String(key, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
    }
}
