package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Users, roles and sessions on the running product, by Amazon's SDK for Python. */
@ExtendWith(SharedInstallation.class)
final class PermissionsTest {
    private final Installation installation;

    PermissionsTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void everybodyMayDoWhatPoliciesSayAndNothingElse(@TempDir Path folder) throws IOException {
        Path script = folder.resolve("permissions.py");
        try (InputStream in =
                Objects.requireNonNull(
                        PermissionsTest.class.getResourceAsStream("/boto3/permissions.py"))) {
            Files.copy(in, script);
        }
        assertThat(installation.python(script).checked().lines()).hasSize(9);
    }
}
