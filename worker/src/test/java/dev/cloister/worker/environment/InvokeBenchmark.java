package dev.cloister.worker.environment;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.WorkerSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much the worker adds to a warm invocation: one caller, one environment, a runtime that echoes
 * over a raw socket. Run {@code main}; prints invocations per second and latencies.
 */
final class InvokeBenchmark {
    private static final int WARM_UP = 60_000;
    private static final int MEASURED = 100_000;

    private InvokeBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("invoke-benchmark");
        RuntimeImage image = TestFunctions.image(folder, "echo.py", false);
        AtomicLong logged = new AtomicLong();
        WorkerSettings settings =
                WorkerSettings.defaults(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4566))
                        .withPreparedPerRuntime(0);
        try (DefaultWorker worker =
                new DefaultWorker(
                        new LocalProcessSandboxes(folder), settings, InstantSource.system())) {
            ExecutionEnvironment environment =
                    worker.start(
                            TestFunctions.spec(
                                    image, "", events -> logged.addAndGet(events.size())));
            Thread caller =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        run(environment, WARM_UP, false);
                                        for (int i = 0; i < 3; i++) {
                                            run(environment, MEASURED, true);
                                        }
                                    });
            caller.join();
        }
        System.out.println("BENCH log events: " + logged.get());
    }

    private static void run(ExecutionEnvironment environment, int count, boolean print) {
        long[] nanos = new long[count];
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long before = System.nanoTime();
            var _ = environment.invoke(TestFunctions.event("{\"key\":\"value\"}"));
            nanos[i] = System.nanoTime() - before;
        }
        long total = System.nanoTime() - start;
        Arrays.sort(nanos);
        if (print) {
            System.out.printf(
                    "BENCH %,d invocations/s  p50 %.1f us  p99 %.1f us%n",
                    count * 1_000_000_000L / total,
                    nanos[count / 2] / 1e3,
                    nanos[count * 99 / 100] / 1e3);
        }
    }
}
