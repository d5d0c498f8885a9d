package dev.cloister.observe.logs;

import dev.cloister.observe.LogSettings;
import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What logging costs: an invoke's append, a new environment's stream, a flood, a page for a
 * follower. Run with {@code main}; prints nanoseconds and rates.
 */
final class LogStoreBenchmark {
    private static final int INVOKES = 200_000;

    private LogStoreBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("logs-benchmark");
        LogSettings settings = LogSettings.defaults().withBuffers(64 << 10, 32L << 20, 1L << 40);
        try (TestStore store = new TestStore(folder, settings)) {
            for (int round = 0; round < 3; round++) {
                appends(store, 1);
                appends(store, 16);
            }
            opens(store);
            flood(store);
            follows(store);
        }
    }

    /** Four small events an invoke, as START, a line, END and REPORT are. */
    private static void appends(TestStore store, int threads) throws InterruptedException {
        List<LogEvent> invoke =
                store.events(
                        "START RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95 Version: $LATEST",
                        "2026-05-05T12:00:00.000Z hello from the function",
                        "END RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95",
                        "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 1.01 ms\t"
                                + "Billed Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t");
        long[] nanos = new long[INVOKES];
        CountDownLatch done = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int t = 0; t < threads; t++) {
            int from = INVOKES / threads * t;
            int to = INVOKES / threads * (t + 1);
            String stream = threads + "-" + t;
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try (LogWriter writer = store.open("/aws/lambda/hot", stream)) {
                                    for (int i = from; i < to; i++) {
                                        long before = System.nanoTime();
                                        writer.append(invoke);
                                        nanos[i] = System.nanoTime() - before;
                                    }
                                }
                                done.countDown();
                            });
        }
        done.await();
        long all = System.nanoTime() - start;
        report("append of 4 events, " + threads + " streams", nanos, all);
    }

    private static void opens(TestStore store) {
        long[] nanos = new long[5_000];
        long start = System.nanoTime();
        for (int i = 0; i < nanos.length; i++) {
            long before = System.nanoTime();
            try (LogWriter writer = store.open("/aws/lambda/cold", "stream" + i)) {
                writer.append(store.events("INIT_START"));
            }
            nanos[i] = System.nanoTime() - before;
        }
        report("open of a new stream with its first event", nanos, System.nanoTime() - start);
    }

    private static void flood(TestStore store) {
        List<LogEvent> lines = store.events("x".repeat(1_000), "y".repeat(1_000));
        long start = System.nanoTime();
        int megabytes = 500;
        try (LogWriter writer = store.open("/aws/lambda/flood", "s")) {
            for (int i = 0; i < megabytes * 500; i++) {
                writer.append(lines);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("flood without a rate: %.0f MB/s%n", megabytes / seconds);
    }

    private static void follows(TestStore store) {
        LogWriter writer = store.open("/aws/lambda/hot", "1-0");
        long[] nanos = new long[2_000];
        long start = System.nanoTime();
        for (int i = 0; i < nanos.length; i++) {
            store.pass(java.time.Duration.ofMillis(1));
            writer.append(store.events("new"));
            long before = System.nanoTime();
            EventPage page =
                    store.store()
                            .reader()
                            .read(
                                    TestStore.group("/aws/lambda/hot"),
                                    new EventQuery(
                                            new StreamSelection.Prefix(""),
                                            store.now().toEpochMilli(),
                                            Long.MAX_VALUE,
                                            Position.START,
                                            true,
                                            10_000,
                                            message -> true,
                                            false));
            nanos[i] = System.nanoTime() - before;
            if (page.events().size() != 1) {
                throw new IllegalStateException("the new event was not read: " + page);
            }
        }
        report("follower's page, event appended just before", nanos, System.nanoTime() - start);
        long before = System.nanoTime();
        int count = store.all("/aws/lambda/hot", new StreamSelection.Prefix(""), 10_000).size();
        double seconds = (System.nanoTime() - before) / 1e9;
        System.out.printf("whole group in pages: %,d events in %.2f s%n", count, seconds);
    }

    private static void report(String what, long[] nanos, long allNanos) {
        Arrays.sort(nanos);
        System.out.printf(
                "%-48s p50 %,8d ns  p99 %,10d ns  max %,12d ns  %,10.0f/s%n",
                what,
                nanos[nanos.length / 2],
                nanos[nanos.length * 99 / 100],
                nanos[nanos.length - 1],
                nanos.length / (allNanos / 1e9));
    }
}
