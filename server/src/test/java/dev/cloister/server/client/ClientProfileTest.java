package dev.cloister.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientProfileTest {
    private static final ClientProfile PROFILE =
            new ClientProfile(
                    "http://127.0.0.1:4566",
                    "us-east-1",
                    "000000000000",
                    "AKIAIOSFODNN7EXAMPLE",
                    new SecretText("a+secret/with=signs"));

    @TempDir Path folder;

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("credentials"), PROFILE.fileText());
        assertThat(ClientProfile.read(file)).contains(PROFILE);
    }

    @Test
    void theSecretIsNotPrinted() {
        assertThat(PROFILE.toString()).doesNotContain("a+secret");
    }

    @Test
    void aMissingFileIsNoProfileAndAnIncompleteOneAnError() throws IOException {
        assertThat(ClientProfile.read(folder.resolve("none"))).isEmpty();
        Path file = Files.writeString(folder.resolve("credentials"), "AWS_ENDPOINT_URL=x\n");
        assertThatThrownBy(() -> ClientProfile.read(file))
                .hasMessageContaining("has no AWS_DEFAULT_REGION");
    }
}
