package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.wire.LambdaSupport;
import dev.cloister.functions.wire.LambdaSupport.OperationUse;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Amazon's SDK for Python as it is: the whole control plane, its waiters and its paginators. */
@ExtendWith(SharedInstallation.class)
final class Boto3Test {
    private final Installation installation;

    Boto3Test(Installation installation) {
        this.installation = installation;
    }

    @Test
    void everythingLivesAndEnds(@TempDir Path folder) throws IOException {
        Path script = folder.resolve("lifecycle.py");
        try (InputStream in =
                Objects.requireNonNull(
                        Boto3Test.class.getResourceAsStream("/boto3/lifecycle.py"))) {
            Files.copy(in, script);
        }
        List<String> called = installation.python(script).checked().lines().toList();
        List<String> served =
                LambdaSupport.load().operations().entrySet().stream()
                        .filter(each -> each.getValue() instanceof OperationUse.Served)
                        .map(Map.Entry::getKey)
                        .toList();
        assertThat(called).as("the script misses an operation").containsAll(served);
    }
}
