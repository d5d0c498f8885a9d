package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.runtimes.RuntimeCatalog.Family;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.ExecutionEnvironment.ShutdownReason;
import dev.cloister.worker.WorkerSettings;
import dev.cloister.worker.environment.LocalProcessSandboxes.LocalSandbox;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PreparedPoolsTest {
    private static final String WAS_PREPARED =
            """
            import os
            def handler(event, headers):
                return [os.environ.get("WAS_PREPARED"), os.environ["LEVEL"], os.environ["_HANDLER"]]
            """;
    private static final String PREPARED = "[\"1\", \"function\", \"handler.handler\"]";
    private static final String COLD = "[null, \"function\", \"handler.handler\"]";

    private final LocalProcessSandboxes sandboxes;
    private final RuntimeImage image;
    private final RecordingSink sink = new RecordingSink();
    private final WorkerSettings settings =
            WorkerSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    private final DefaultWorker worker;
    private final Path folder;

    PreparedPoolsTest(@TempDir Path folder) {
        this.folder = folder;
        sandboxes = new LocalProcessSandboxes(folder);
        image = TestFunctions.image(folder, "bootstrap.py", true);
        worker = new DefaultWorker(sandboxes, settings, InstantSource.system());
    }

    @AfterEach
    void close() {
        worker.close();
        assertThat(sandboxes.open()).isZero();
    }

    @Test
    void theSecondStartOfARuntimeIsPrepared() {
        EnvironmentSpec spec = TestFunctions.spec(image, WAS_PREPARED, sink);
        assertThat(invoke(spec)).isEqualTo(COLD);
        await(() -> worker.preparedSandboxes() == 2);
        List<LocalSandbox> prepared = prepared();
        assertThat(prepared).hasSize(2);
        assertThat(invoke(spec)).isEqualTo(PREPARED);
        assertThat(invoke(spec)).isEqualTo(PREPARED);
        assertThat(prepared).allMatch(sandbox -> sandbox.limits.memoryMegabytes() == 128);
        await(() -> worker.preparedSandboxes() == 2);
        assertThat(sandboxes.made).hasSize(5);
        assertThat(sink.awaitMessage("REPORT"))
                .filteredOn(line -> line.startsWith("INIT_START"))
                .hasSize(3);
    }

    @Test
    void aPreparedRuntimeThatDiesIsReplacedAndNotGivenAway() {
        EnvironmentSpec spec = TestFunctions.spec(image, WAS_PREPARED, sink);
        assertThat(invoke(spec)).isEqualTo(COLD);
        await(() -> worker.preparedSandboxes() == 2);
        prepared().getFirst().signal("KILL");
        await(() -> worker.preparedSandboxes() == 1);
        await(() -> worker.preparedSandboxes() == 2);
        assertThat(invoke(spec)).isEqualTo(PREPARED);
        assertThat(invoke(spec)).isEqualTo(PREPARED);
    }

    @Test
    void anAssignedRuntimeThatFailsIsRestartedAsAnOrdinaryOne() {
        String source = WAS_PREPARED.replace("return", "if event == 0: os._exit(1)\n    return");
        EnvironmentSpec spec = TestFunctions.spec(image, source, sink);
        assertThat(invoke(spec)).isEqualTo(COLD);
        await(() -> worker.preparedSandboxes() == 2);
        ExecutionEnvironment environment = worker.start(spec);
        assertThat(environment.invoke(TestFunctions.event("0")).payload().utf8())
                .contains("exit status 1");
        assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8()).isEqualTo(COLD);
    }

    @Test
    void functionsThatNeedTheirVariablesAtTheStartGetThem() {
        EnvironmentSpec spec = TestFunctions.spec(image, WAS_PREPARED, sink);
        assertThat(PreparedPools.suits(spec)).isTrue();
        assertThat(
                        PreparedPools.suits(
                                TestFunctions.withVariable(spec, "LD_PRELOAD", "/var/task/x.so")))
                .isFalse();
        RuntimeImage plain = TestFunctions.image(folder, "bootstrap.py", false);
        assertThat(PreparedPools.suits(TestFunctions.spec(plain, WAS_PREPARED, sink))).isFalse();
    }

    @Test
    void javaIsPreparedForItsMemorySize() {
        RuntimeImage java = TestFunctions.image(folder, "bootstrap.py", true, Family.JAVA);
        EnvironmentSpec spec = TestFunctions.spec(java, WAS_PREPARED, sink);
        assertThat(invoke(spec)).isEqualTo(COLD);
        await(() -> worker.preparedSandboxes() == 2);
        EnvironmentSpec larger =
                TestFunctions.withVariable(spec, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256");
        assertThat(invoke(larger)).as("another size").isEqualTo(COLD);
        assertThat(invoke(spec)).isEqualTo(PREPARED);
    }

    private String invoke(EnvironmentSpec spec) {
        ExecutionEnvironment environment = worker.start(spec);
        String answer = environment.invoke(TestFunctions.event("1")).payload().utf8();
        environment.shutdown(ShutdownReason.SPINDOWN);
        return answer;
    }

    /**
     * Those that no function has yet: preparing is paid with a whole vCPU. The order in which
     * sandboxes were made says nothing, since preparing begins while the cold start still runs.
     */
    private List<LocalSandbox> prepared() {
        return sandboxes.made.stream()
                .filter(sandbox -> sandbox.limits.memoryMegabytes() == 1_769)
                .toList();
    }

    private static void await(BooleanSupplier condition) {
        long limit = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - limit > 0) {
                throw new AssertionError("it did not happen within ten seconds");
            }
            Thread.onSpinWait();
        }
    }
}
