package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.ExecutionEnvironment.ShutdownReason;
import dev.cloister.worker.ExecutionEnvironment.State;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.InvokeOutcome.Failed;
import dev.cloister.worker.WorkerException;
import dev.cloister.worker.WorkerSettings;
import dev.cloister.worker.environment.LocalProcessSandboxes.LocalSandbox;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LifeCycleTest {
    private static final String ECHO = "def handler(event, headers): return event";

    private final Path folder;
    private final LocalProcessSandboxes sandboxes;
    private final RuntimeImage image;
    private final RecordingSink sink = new RecordingSink();
    private final WorkerSettings settings =
            WorkerSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                    .withPreparedPerRuntime(0);
    private final DefaultWorker worker;

    LifeCycleTest(@TempDir Path folder) {
        this.folder = folder;
        sandboxes = new LocalProcessSandboxes(folder);
        image = TestFunctions.image(folder, "bootstrap.py", false);
        worker = new DefaultWorker(sandboxes, settings, InstantSource.system());
    }

    @AfterEach
    void close() {
        worker.close();
        assertThat(sandboxes.open()).isZero();
    }

    @Test
    void anInvocationAnswersAndIsLogged() {
        ExecutionEnvironment environment = start("print('loading')\n" + ECHO);
        var event = TestFunctions.event("{\"a\": 1}");
        InvokeOutcome outcome = environment.invoke(event);
        assertThat(outcome.payload().utf8()).isEqualTo("{\"a\": 1}");
        assertThat(outcome).isInstanceOf(InvokeOutcome.Succeeded.class);
        assertThat(outcome.report().initDuration()).isPresent();
        assertThat(outcome.report().billedDuration())
                .isGreaterThan(outcome.report().initDuration().orElseThrow());
        assertThat(outcome.report().maxMemoryUsedMegabytes()).isEqualTo(29);
        assertThat(environment.invoke(TestFunctions.event("2")).report().initDuration()).isEmpty();
        List<String> messages = sink.awaitMessage("REPORT RequestId: " + event.requestId());
        assertThat(messages)
                .startsWith(
                        "INIT_START Runtime Version: python:3.11.v1\tRuntime Version ARN:"
                                + " arn:aws:lambda:eu-west-1::runtime:"
                                + "0".repeat(64),
                        "loading",
                        "START RequestId: " + event.requestId() + " Version: $LATEST",
                        "END RequestId: " + event.requestId());
        assertThat(messages.get(4))
                .matches(
                        "REPORT RequestId: "
                                + event.requestId()
                                + "\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory"
                                + " Size: 128 MB\tMax Memory Used: 29 MB\tInit Duration:"
                                + " \\d+\\.\\d\\d ms\t");
    }

    @Test
    void theRuntimeSeesItsVariablesInTheRightOrder() {
        String source =
                """
                import os
                def handler(event, headers):
                    e = os.environ
                    return [e["LEVEL"], e["ONLY_IMAGE"], e["_HANDLER"], e["LAMBDA_TASK_ROOT"],
                            e["AWS_LAMBDA_INITIALIZATION_TYPE"], headers["Lambda-Runtime-Trace-Id"]]
                """;
        assertThat(start(source).invoke(TestFunctions.event("1")).payload().utf8())
                .isEqualTo(
                        "[\"function\", \"yes\", \"handler.handler\", \"/var/task\", \"on-demand\","
                                + " \"Root=1-00000000-000000000000000000000000;Sampled=0\"]");
    }

    @Test
    void theTailHasTheInvocationWhole() {
        ExecutionEnvironment environment =
                start("def handler(event, headers):\n  print('x' * event); return 1");
        var event = TestFunctions.tailed("10");
        String tail = tail(environment.invoke(event));
        assertThat(tail)
                .startsWith("START RequestId: " + event.requestId() + " Version: $LATEST\nxxx")
                .contains("\nxxxxxxxxxx\nEND RequestId: " + event.requestId() + "\nREPORT ")
                .endsWith("ms\t\n");
        assertThat(environment.invoke(TestFunctions.event("1")).report().tailLog()).isEmpty();
        String large = tail(environment.invoke(TestFunctions.tailed("100000")));
        assertThat(large).startsWith("xxx").endsWith("MB\t\n").hasSize(4096);
    }

    @Test
    void aFunctionErrorIsHandedOnAndTheRuntimeLives() {
        ExecutionEnvironment environment =
                start(
                        """
                        n = 0
                        def handler(event, headers):
                            global n; n += 1
                            if event == "fail": raise ValueError("no")
                            return n
                        """);
        assertThat(environment.invoke(TestFunctions.event("\"fail\"")))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                            assertThat(failed.errorType()).isEqualTo("ValueError");
                            assertThat(failed.payload().utf8())
                                    .isEqualTo(
                                            "{\"errorMessage\": \"no\", \"errorType\":"
                                                    + " \"ValueError\"}");
                        });
        assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8()).isEqualTo("2");
    }

    @Test
    void aTimeoutIsReportedInTimeAndTheNextInvocationHasANewRuntime() {
        EnvironmentSpec spec =
                TestFunctions.withTimeout(
                        spec(
                                """
                                import time, os
                                n = 0
                                def handler(event, headers):
                                    global n; n += 1
                                    if event == "sleep":
                                        open("kept", "w").close()
                                        print("sleeping")
                                        time.sleep(30)
                                    return [n, os.path.exists("kept")]
                                """),
                        Duration.ofSeconds(1));
        ExecutionEnvironment environment = worker.start(spec);
        var event = TestFunctions.tailed("\"sleep\"");
        InvokeOutcome outcome = environment.invoke(event);
        assertThat(outcome.payload().utf8())
                .isEqualTo(
                        "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: "
                                + event.requestId()
                                + " Error: Task timed out after 1.00 seconds\"}");
        assertThat(outcome.report().duration()).isEqualTo(Duration.ofSeconds(1));
        assertThat(tail(outcome))
                .contains(
                        "sleeping\n",
                        " " + event.requestId() + " Task timed out after 1.00 seconds\nEND",
                        "\tStatus: timeout\n");
        assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8())
                .as("memory is new, the disk is kept")
                .isEqualTo("[1, true]");
    }

    @Test
    void anExitIsReportedAndTheNextInvocationHasANewRuntime() {
        ExecutionEnvironment environment =
                start(
                        "import os\ndef handler(event, headers):\n  os._exit(event) if event < 256"
                                + " else None\n  return event");
        var event = TestFunctions.tailed("3");
        assertThat(environment.invoke(event))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                            assertThat(failed.errorType()).isEqualTo("Runtime.ExitError");
                            assertThat(failed.payload().utf8())
                                    .contains(
                                            event.requestId()
                                                    + " Error: Runtime exited with error: exit"
                                                    + " status 3");
                            assertThat(tail(failed))
                                    .contains("\tStatus: error\tError Type: Runtime.ExitError\n");
                        });
        assertThat(environment.invoke(TestFunctions.event("300")).payload().utf8())
                .isEqualTo("300");
        assertThat(environment.invoke(TestFunctions.event("0")).payload().utf8())
                .contains("Runtime exited without providing a reason");
    }

    @Test
    void aKillForMemoryIsToldFromOtherKills() {
        ExecutionEnvironment environment =
                start(
                        """
                        import os, signal, time
                        def handler(event, headers):
                            print(os.getpid())
                            time.sleep(30)
                        """);
        var event = TestFunctions.tailed("1");
        CompletableFuture<InvokeOutcome> outcome =
                CompletableFuture.supplyAsync(
                        () -> environment.invoke(event),
                        action -> Thread.ofVirtual().start(action));
        await(() -> sink.messages().size() >= 3);
        LocalSandbox sandbox = sandboxes.made.getFirst();
        sandbox.outOfMemoryKills = 1;
        sandbox.peakBytes = 500_000_000;
        sandbox.signal("KILL");
        InvokeOutcome killed = outcome.join();
        assertThat(killed.payload().utf8())
                .contains("Runtime.ExitError", "Runtime exited with error: signal: killed");
        assertThat(killed.report().maxMemoryUsedMegabytes()).isEqualTo(128);
        assertThat(tail(killed)).contains("Error Type: Runtime.OutOfMemory");
    }

    @Test
    void aFailedInitIsRepeatedWithinTheInvocationAndItsErrorReported() {
        ExecutionEnvironment environment = start("raise ImportError('no such module')");
        var event = TestFunctions.event("1");
        assertThat(environment.invoke(event))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                            assertThat(failed.errorType()).isEqualTo("ImportError");
                            assertThat(failed.payload().utf8())
                                    .contains("\"requestId\": \"\"", "no such module");
                            assertThat(failed.report().initDuration()).isEmpty();
                        });
        assertThat(sandboxes.made.getFirst().starts.get()).isEqualTo(2);
        List<String> messages = sink.awaitMessage("REPORT RequestId: " + event.requestId());
        assertThat(messages.get(1))
                .startsWith("INIT_REPORT Init Duration: ")
                .endsWith(" ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportError");
        assertThat(messages.get(2)).contains("\tPhase: invoke\tStatus: error\t");
        assertThat(messages.get(3)).startsWith("START ");
    }

    @Test
    void anInitThatSucceedsTheSecondTimeServesTheInvocation() {
        ExecutionEnvironment environment =
                start(
                        """
                        import os, sys
                        if not os.path.exists("second"):
                            open("second", "w").close()
                            sys.exit(5)
                        """
                                + ECHO);
        assertThat(environment.invoke(TestFunctions.event("7")).payload().utf8()).isEqualTo("7");
        assertThat(sink.awaitMessage("INIT_REPORT"))
                .anyMatch(line -> line.endsWith("Status: error\tError Type: Runtime.ExitError"));
    }

    @Test
    void anInitWithoutEndIsTimedOutAndThenOnTheInvocationsTime() {
        try (DefaultWorker quick =
                new DefaultWorker(
                        new LocalProcessSandboxes(folder.resolve("quick")),
                        withInitLimit(Duration.ofMillis(300)),
                        InstantSource.system())) {
            EnvironmentSpec spec =
                    TestFunctions.withVariable(
                            TestFunctions.withTimeout(spec(ECHO), Duration.ofSeconds(1)),
                            "INIT_HANG",
                            "1");
            InvokeOutcome outcome = quick.start(spec).invoke(TestFunctions.event("1"));
            assertThat(outcome.payload().utf8()).contains("Task timed out after 1.00 seconds");
            List<String> messages = sink.awaitMessage("REPORT");
            assertThat(messages)
                    .anyMatch(line -> line.endsWith("\tPhase: init\tStatus: timeout"))
                    .anyMatch(line -> line.endsWith("\tPhase: invoke\tStatus: timeout"));
        }
    }

    @Test
    void anOversizeResponseFailsTheInvocationOnly() {
        ExecutionEnvironment environment =
                start(
                        "n = 0\ndef handler(event, headers):\n  global n; n += 1\n"
                                + "  return 'x' * event if event else n");
        assertThat(environment.invoke(TestFunctions.event("6300000")).payload().utf8())
                .contains("Function.ResponseSizeTooLarge");
        assertThat(environment.invoke(TestFunctions.event("0")).payload().utf8()).isEqualTo("2");
    }

    @Test
    void anIdleEnvironmentIsFrozenAndThawedForAnInvocation() {
        ExecutionEnvironment environment = start(ECHO);
        for (int i = 0; i < 3; i++) {
            assertThat(environment.invoke(TestFunctions.event("" + i)).payload().utf8())
                    .isEqualTo("" + i);
            await(() -> environment.state() == State.FROZEN);
            assertThat(sandboxes.made.getFirst().frozen).isTrue();
        }
        assertThat(worker.environments())
                .singleElement()
                .satisfies(
                        status -> {
                            assertThat(status.state()).isEqualTo(State.FROZEN);
                            assertThat(status.memoryBytes()).isEqualTo(15_000_000);
                        });
    }

    @Test
    void aRuntimeThatDiesWhileIdleIsRestartedForTheNextInvocation() {
        ExecutionEnvironment environment = start(ECHO);
        assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8()).isEqualTo("1");
        sandboxes.made.getFirst().signal("KILL");
        await(() -> sandboxes.made.getFirst().exitIsKnown());
        assertThat(environment.invoke(TestFunctions.event("2")).payload().utf8()).isEqualTo("2");
    }

    @Test
    void oneInvocationAtATime() {
        ExecutionEnvironment environment =
                start("import time\ndef handler(event, headers): time.sleep(event); return event");
        CompletableFuture<InvokeOutcome> slow =
                CompletableFuture.supplyAsync(
                        () -> environment.invoke(TestFunctions.event("1")),
                        action -> Thread.ofVirtual().start(action));
        await(() -> environment.state() == State.BUSY);
        assertThatThrownBy(() -> environment.invoke(TestFunctions.event("0")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(slow.join().payload().utf8()).isEqualTo("1");
    }

    @Test
    void shutdownLetsTheRuntimeTidyUp() throws InterruptedException {
        ExecutionEnvironment environment =
                start(
                        """
                        import signal, sys
                        def end(number, frame):
                            print("tidied up")
                            sys.exit(0)
                        signal.signal(signal.SIGTERM, end)
                        """
                                + ECHO);
        CountDownLatch ended = new CountDownLatch(1);
        environment.onEnd(ended::countDown);
        assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8()).isEqualTo("1");
        await(() -> environment.state() == State.FROZEN);
        environment.shutdown(ShutdownReason.SPINDOWN);
        assertThat(ended.await(0, TimeUnit.SECONDS)).isTrue();
        environment.shutdown(ShutdownReason.SPINDOWN);
        assertThat(environment.state()).isEqualTo(State.ENDED);
        assertThat(sink.messages()).contains("tidied up");
        assertThat(worker.environments()).isEmpty();
        assertThatThrownBy(() -> environment.invoke(TestFunctions.event("1")))
                .isInstanceOf(EnvironmentGoneException.class);
        CountDownLatch late = new CountDownLatch(1);
        environment.onEnd(late::countDown);
        assertThat(late.await(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shutdownDuringAnInvocationEndsIt() {
        ExecutionEnvironment environment =
                start("import time\ndef handler(event, headers): print('on'); time.sleep(30)");
        CompletableFuture<InvokeOutcome> outcome =
                CompletableFuture.supplyAsync(
                        () -> environment.invoke(TestFunctions.event("1")),
                        action -> Thread.ofVirtual().start(action));
        var _ = sink.awaitMessage("on");
        environment.shutdown(ShutdownReason.FAILURE);
        assertThat(outcome.join())
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.errorType()).isEqualTo("Sandbox.Failure"));
    }

    @Test
    void theLeaseEndsAnIdleEnvironmentAndSparesABusyOne() {
        try (DefaultWorker leasing =
                new DefaultWorker(
                        new LocalProcessSandboxes(folder.resolve("leasing")),
                        settings.withMaxLease(Duration.ofMillis(500)),
                        InstantSource.system())) {
            ExecutionEnvironment environment =
                    leasing.start(
                            spec(
                                    "import time\n"
                                            + "def handler(event, headers):"
                                            + " time.sleep(1); return 1"));
            assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8())
                    .isEqualTo("1");
            await(() -> environment.state() == State.ENDED);
            assertThatThrownBy(() -> environment.invoke(TestFunctions.event("1")))
                    .isInstanceOf(EnvironmentGoneException.class);
        }
    }

    @Test
    void aBrokenSandboxIsGivenUp() {
        ExecutionEnvironment environment = start(ECHO);
        assertThat(environment.invoke(TestFunctions.event("1")).payload().utf8()).isEqualTo("1");
        sandboxes.made.getFirst().close();
        await(
                () -> {
                    try {
                        var _ = environment.invoke(TestFunctions.event("1"));
                        return false;
                    } catch (WorkerException | EnvironmentGoneException e) {
                        return true;
                    }
                });
        await(() -> environment.state() == State.ENDED);
    }

    @Test
    void aFullWorkerAndAClosedOneSaySo() {
        try (DefaultWorker small =
                new DefaultWorker(
                        new LocalProcessSandboxes(folder.resolve("small")),
                        withMaxEnvironments(1),
                        InstantSource.system())) {
            ExecutionEnvironment only = small.start(spec(ECHO));
            assertThatThrownBy(() -> small.start(spec(ECHO)))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("maxEnvironments");
            only.shutdown(ShutdownReason.SPINDOWN);
            small.start(spec(ECHO)).shutdown(ShutdownReason.SPINDOWN);
            small.close();
            assertThatThrownBy(() -> small.start(spec(ECHO)))
                    .isInstanceOf(WorkerException.class)
                    .hasMessageContaining("closed");
        }
    }

    private ExecutionEnvironment start(String source) {
        return worker.start(spec(source));
    }

    private EnvironmentSpec spec(String source) {
        return TestFunctions.spec(image, source, sink);
    }

    private WorkerSettings withInitLimit(Duration limit) {
        return new WorkerSettings(
                settings.platformEndpoint(),
                settings.maxEnvironments(),
                0,
                settings.preparedUnusedFor(),
                settings.freezeAfter(),
                limit,
                settings.shutdownGrace(),
                settings.maxLease(),
                settings.runtimeConnections(),
                settings.platformConnections());
    }

    private WorkerSettings withMaxEnvironments(int most) {
        return new WorkerSettings(
                settings.platformEndpoint(),
                most,
                0,
                settings.preparedUnusedFor(),
                settings.freezeAfter(),
                settings.initLimit(),
                settings.shutdownGrace(),
                settings.maxLease(),
                settings.runtimeConnections(),
                settings.platformConnections());
    }

    private static String tail(InvokeOutcome outcome) {
        return outcome.report().tailLog().orElseThrow().utf8();
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
