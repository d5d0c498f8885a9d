package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.ApiServer;
import dev.cloister.api.ApiSettings;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.SecretText;
import dev.cloister.keys.RootKeyException;
import dev.cloister.keys.RootKeyPlace;
import dev.cloister.keys.RootKeyRotation;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;

/** An installation whose root key another installation's KMS seals, over loopback. */
final class RootKeyInKmsTest {
    private static final KeyRef KEY = new KeyRef("123456789012", "alias/aws/lambda");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    @TempDir private Path folder;

    private RootKeyPlace place(String address, String keyId) throws IOException {
        Path description = folder.resolve("root-key.conf");
        Files.writeString(
                description,
                """
                kind = kms
                address = %s
                region = us-east-1
                key = %s
                access-key-id = AKIAROOT
                secret-access-key = %s
                """
                        .formatted(address, keyId, SECRET));
        Files.setPosixFilePermissions(description, PosixFilePermissions.fromString("rw-------"));
        return new RootKeyPlace(folder.resolve("own.key"), Optional.of(description));
    }

    @Test
    void theOtherKmsSealsAndOpensAndItsKeysStateCounts() throws IOException {
        try (KmsWorld other = new KmsWorld(folder);
                Database database =
                        new SqliteDatabase(
                                folder.resolve("own.db"), List.of(RootKeyring.migration()))) {
            String id = new KmsRequests(other).key();
            try (ApiServer server = serve(other)) {
                RootKeyPlace place = place("http://127.0.0.1:" + server.port(), id);
                DataKey made = RootKeyring.open(place, database).generateDataKey(KEY, Map.of());
                assertThat(open(place, database, made)).isEqualTo(made.plaintext());
                RootKeyRotation.reseal(place);
                RootKeyRotation.rotate(place, database);
                assertThat(open(place, database, made)).isEqualTo(made.plaintext());
                other.asRoot("DisableKey", DisableKeyRequest.builder().keyId(id).build());
                assertThatThrownBy(() -> RootKeyring.open(place, database))
                        .isInstanceOf(RootKeyException.class)
                        .hasMessageContaining("DisabledException")
                        .message()
                        .doesNotContain(SECRET);
                other.asRoot("EnableKey", EnableKeyRequest.builder().keyId(id).build());
                assertThat(open(place, database, made)).isEqualTo(made.plaintext());
            }
        }
    }

    private static byte[] open(RootKeyPlace place, Database database, DataKey made) {
        return RootKeyring.open(place, database).unwrap(made.wrapped(), Map.of()).plaintext();
    }

    private static ApiServer serve(KmsWorld other) {
        ApiServer server =
                new ApiServer(
                        ApiSettings.loopback(0),
                        key ->
                                Optional.of(
                                        new SigningCredential(
                                                other.root(),
                                                new SecretText(SECRET),
                                                Optional.empty())),
                        InstantSource.system(),
                        List.of(other.service()),
                        List.of(),
                        List.of());
        server.start();
        return server;
    }
}
