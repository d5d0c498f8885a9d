package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * Where bombs go off: a hostile function, a neighbor that must not notice, and the server, which
 * must be the same process with its memory in bounds after each.
 */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BombSite {
    private final Installation installation;
    private final LambdaClient lambda;

    /** Of this test alone: what another has left running is not counted in its limits. */
    HostileFunction hostile;

    private final TestFunction neighbor;
    private final long server;

    BombSite(Installation installation) {
        this.installation = installation;
        lambda = installation.lambda();
        hostile = newHostileFunction();
        neighbor = TestFunction.python(installation, lambda, "def handler(e, c): return 'well'");
        server = installation.processId();
    }

    @BeforeEach
    @AfterEach
    void theNeighborIsWell() {
        assertThat(neighbor.call("{}")).isEqualTo("\"well\"");
    }

    /** The platform has its memory, and it is the same process: nothing killed it. */
    @AfterEach
    void theServerIsWell() throws IOException {
        assertThat(installation.processId()).isEqualTo(server);
        assertThat(number(Path.of("/proc/" + server + "/status"), "VmRSS:"))
                .as("the server's resident memory in KiB")
                .isLessThan(700_000);
        assertThat(lambda.listFunctions().functions()).isNotEmpty();
    }

    /** Its environment ends with it, and whatever still runs in there. */
    @AfterEach
    void replaceTheHostileFunction() {
        hostile.close();
        hostile = newHostileFunction();
    }

    /** Has 15 seconds for an invocation. */
    private HostileFunction newHostileFunction() {
        return new HostileFunction(installation, lambda, Map.of(), 15);
    }

    @AfterAll
    void close() {
        hostile.close();
        neighbor.close();
        lambda.close();
    }

    /** What came of code that must fail. */
    final String failure(String code) {
        InvokeResponse response = hostile.attempt(code);
        assertThat(response.functionError()).as(response.payload().asUtf8String()).isNotNull();
        return response.payload().asUtf8String();
    }

    private static long number(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
