package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.ExecutionEnvironment.ShutdownReason;
import dev.cloister.worker.ExecutionEnvironment.State;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.LogSink;
import dev.cloister.worker.WorkerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever runtimes do and whenever environments are ended: each invocation has exactly one
 * outcome, which is its own; the sandbox's contract is kept; nothing is left behind; and START, END
 * and REPORT of each invocation are in the log once, in order.
 */
final class LifeCyclePropertyTest {
    private static final int CALLERS = 4;
    private static final int INVOCATIONS = 250;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Timeout(60)
    void eachInvocationHasItsOwnOutcomeAndNothingIsLeft(long seed) throws Exception {
        UnreliableSandboxes sandboxes = new UnreliableSandboxes(seed);
        WorkerSettings settings =
                WorkerSettings.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                        .withPreparedPerRuntime(0)
                        .withFreezeAfter(Duration.ofMillis(1));
        RuntimeImage image = TestFunctions.image(folder, "bootstrap.py", false);
        List<RecordingSink> sinks = new ArrayList<>();
        Set<String> started = ConcurrentHashMap.newKeySet();
        try (DefaultWorker worker = new DefaultWorker(sandboxes, settings, InstantSource.system());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                RecordingSink sink = new RecordingSink();
                sinks.add(sink);
                Random random = new Random(seed * 100 + i);
                running.add(callers.submit(() -> call(worker, spec(image, sink), random, started)));
            }
            for (Future<?> caller : running) {
                assertThat(caller.get()).isNull();
            }
        }
        assertThat(sandboxes.breaches).as("seed %d", seed).isEmpty();
        assertThat(sandboxes.open.get()).as("seed %d", seed).isZero();
        sinks.forEach(sink -> requireOrder(sink, started));
    }

    private static EnvironmentSpec spec(RuntimeImage image, LogSink sink) {
        return TestFunctions.withTimeout(
                TestFunctions.spec(image, "", sink), Duration.ofMillis(60));
    }

    private static void call(
            DefaultWorker worker, EnvironmentSpec spec, Random random, Set<String> started) {
        ExecutionEnvironment environment = worker.start(spec);
        for (int i = 0; i < INVOCATIONS; i++) {
            if (environment.state() == State.ENDED) {
                environment = worker.start(spec);
            }
            if (random.nextInt(25) == 0) {
                ExecutionEnvironment ending = environment;
                Thread.ofVirtual().start(() -> ending.shutdown(ShutdownReason.SPINDOWN));
            }
            Invocation invocation = TestFunctions.event("{}");
            try {
                InvokeOutcome outcome = environment.invoke(invocation);
                started.add(invocation.requestId());
                requireOwn(invocation, outcome);
            } catch (EnvironmentGoneException e) {
                environment = worker.start(spec);
            }
            if (random.nextInt(10) == 0) {
                awaitFrozenOrOver(environment);
            }
        }
        environment.shutdown(ShutdownReason.SPINDOWN);
    }

    private static void requireOwn(Invocation invocation, InvokeOutcome outcome) {
        switch (outcome) {
            case InvokeOutcome.Succeeded succeeded ->
                    assertThat(succeeded.payload().utf8())
                            .isEqualTo("\"" + invocation.requestId() + "\"");
            case InvokeOutcome.Failed failed ->
                    assertThat(failed.errorType())
                            .isIn(
                                    "Oops",
                                    "Sandbox.Timedout",
                                    "Sandbox.Failure",
                                    "Runtime.ExitError");
        }
    }

    private static void awaitFrozenOrOver(ExecutionEnvironment environment) {
        long limit = System.nanoTime() + Duration.ofMillis(20).toNanos();
        while (environment.state() == State.IDLE && System.nanoTime() < limit) {
            Thread.onSpinWait();
        }
    }

    private static void requireOrder(RecordingSink sink, Set<String> started) {
        String current = "";
        Set<String> ended = ConcurrentHashMap.newKeySet();
        for (String message : sink.messages()) {
            if (message.startsWith("START RequestId: ")) {
                current = message.substring(17, 53);
            } else if (message.startsWith("REPORT RequestId: ")) {
                String id = message.substring(18, 54);
                assertThat(id).isEqualTo(current);
                assertThat(ended.add(id)).isTrue();
                assertThat(started).contains(id);
            }
        }
    }
}
