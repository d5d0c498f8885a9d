package dev.cloister.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.keys.RootKeyRotation.Rotated;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new root key, a crash at each step, and a backup put back. */
@Timeout(60)
final class RootKeyRotationTest {
    private static final KeyRef KEY = new KeyRef("123456789012", "alias/aws/lambda");
    private static final Map<String, String> CONTEXT = Map.of("function", "f");

    @TempDir private Path folder;
    private Path file;
    private Path next;
    private Database database;
    private DataKey made;

    @BeforeEach
    void open() {
        file = folder.resolve("root.key");
        next = folder.resolve("root.key.next");
        database = openDatabase();
        made = RootKeyring.open(file, database).generateDataKey(KEY, CONTEXT);
    }

    private Database openDatabase() {
        return new SqliteDatabase(folder.resolve("state.db"), List.of(RootKeyring.migration()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void assertEverythingOpens() {
        assertThat(RootKeyring.open(file, database).unwrap(made.wrapped(), CONTEXT).plaintext())
                .isEqualTo(made.plaintext());
        assertThat(next).doesNotExist();
    }

    @Test
    void whatTheOldKeyWrappedOpensUnderTheNewOne() throws IOException {
        String before = Files.readString(file);
        Rotated rotated = RootKeyRotation.rotate(RootKeyPlace.of(file), database);
        assertThat(rotated.keys()).isEqualTo(1);
        assertThat(Files.readString(file)).isNotEqualTo(before).contains(rotated.newId());
        assertThat(Files.readString(rotated.retired())).isEqualTo(before);
        assertEverythingOpens();
        Rotated again = RootKeyRotation.rotate(RootKeyPlace.of(file), database);
        assertThat(again.newId()).isNotEqualTo(rotated.newId());
        assertEverythingOpens();
    }

    @Test
    void theOldKeyOpensNothingAnyMore() throws IOException {
        Rotated rotated = RootKeyRotation.rotate(RootKeyPlace.of(file), database);
        Files.copy(rotated.retired(), file, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> RootKeyring.open(file, database))
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("put that file back");
    }

    @Test
    void aCrashBeforeTheDatabaseChangedTakesTheRotationBack() throws IOException {
        String before = Files.readString(file);
        RootKey unused = RootKeyFile.create(next, new SecureRandom(), Optional.empty());
        assertThat(unused.id()).isNotEmpty();
        assertEverythingOpens();
        assertThat(Files.readString(file)).isEqualTo(before);
    }

    @Test
    void aCrashAfterTheDatabaseChangedEndsTheRotation() throws IOException {
        byte[] before = Files.readAllBytes(file);
        Rotated rotated = RootKeyRotation.rotate(RootKeyPlace.of(file), database);
        // As it was between the commit and the exchange of the files.
        Files.move(file, next);
        Files.move(rotated.retired(), file);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertEverythingOpens();
        assertThat(rotated.retired()).exists();
    }

    @Test
    void aBackupIsRestoredWithTheKeyOfItsTime() throws IOException {
        database.close();
        Path backup = Files.createDirectory(folder.resolve("backup"));
        Files.copy(folder.resolve("state.db"), backup.resolve("state.db"));
        database = openDatabase();
        Rotated rotated = RootKeyRotation.rotate(RootKeyPlace.of(file), database);
        database.close();
        try (var files = Files.list(folder)) {
            for (Path state : files.filter(it -> it.toString().contains("state.db")).toList()) {
                Files.delete(state);
            }
        }
        Files.copy(backup.resolve("state.db"), folder.resolve("state.db"));
        Files.move(rotated.retired(), file, StandardCopyOption.REPLACE_EXISTING);
        database = openDatabase();
        assertEverythingOpens();
    }
}
