package dev.cloister.benchmarks;

import dev.cloister.runtimes.DebianRuntimeImages;
import dev.cloister.runtimes.HostTools;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.runtimes.StandardRuntimeCatalog;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Cold starts as a caller sees them, for every runtime: each invocation meets a new environment,
 * because the configuration has just changed. Two installations run in turn, one that prepares
 * sandboxes and one that does not; the baseline is the bare interpreter of the same image that
 * starts, runs one statement and ends.
 */
public final class ColdStart {
    private static final int ROUNDS = 11;
    private static final int MEMORY_MEGABYTES = 1769;

    private ColdStart() {}

    public static void main(String[] args) throws InterruptedException {
        RuntimeImages images =
                new DebianRuntimeImages(
                        Installation.runtimes(), new StandardRuntimeCatalog(), HostTools.onPath());
        Map<String, Double> bare = new TreeMap<>();
        for (Hello hello : Hello.all()) {
            RuntimeImage image = images.ensure(hello.runtime(), System.err::println);
            bare.put(hello.runtime(), BareInterpreter.medianStartMillis(image, ROUNDS));
        }
        Map<String, Measured> prepared = measureAll("worker.prepared-per-runtime=2");
        Map<String, Measured> fromNothing = measureAll("worker.prepared-per-runtime=0");
        Table table =
                new Table(
                        "runtime",
                        "bare interpreter ms",
                        "warm p50 ms",
                        "cold, prepared p50 ms",
                        "max ms",
                        "cold, from nothing p50 ms",
                        "beside bare interpreter");
        for (Hello hello : Hello.all()) {
            double interpreter = bare.getOrDefault(hello.runtime(), 0.0);
            Measured with = prepared.getOrDefault(hello.runtime(), Measured.NONE);
            Measured without = fromNothing.getOrDefault(hello.runtime(), Measured.NONE);
            table.add(
                    hello.runtime(),
                    interpreter,
                    with.warmMillis(),
                    with.coldMillis(),
                    with.coldMaxMillis(),
                    without.coldMillis(),
                    without.coldMillis() / interpreter);
        }
        table.print(System.out);
    }

    private record Measured(double warmMillis, double coldMillis, double coldMaxMillis) {
        static final Measured NONE = new Measured(0, 0, 0);
    }

    private static Map<String, Measured> measureAll(String setting) throws InterruptedException {
        Map<String, Measured> all = new TreeMap<>();
        Installation installation = Installation.inNewFolder();
        try {
            installation.up("--no-sample", "--set", setting);
            try (LambdaClient lambda = installation.lambda()) {
                for (Hello hello : Hello.all()) {
                    all.put(hello.runtime(), measure(installation, lambda, hello));
                }
            }
        } finally {
            installation.close();
        }
        return all;
    }

    private static Measured measure(Installation installation, LambdaClient lambda, Hello hello)
            throws InterruptedException {
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        try (TestFunction function =
                new TestFunction(
                        installation,
                        lambda,
                        hello.runtime(),
                        hello.handler(),
                        hello.zip(),
                        r -> r.memorySize(MEMORY_MEGABYTES))) {
            function.call("{}");
            for (int round = 0; round < ROUNDS; round++) {
                String value = Integer.toString(round);
                lambda.updateFunctionConfiguration(
                        r ->
                                r.functionName(function.name())
                                        .environment(e -> e.variables(Map.of("ROUND", value))));
                lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(function.name()));
                // Between cold starts the worker prepares the next sandbox, as it would in use.
                Thread.sleep(1000);
                cold.add(millis(function));
                for (int i = 0; i < 3; i++) {
                    warm.add(millis(function));
                }
            }
        }
        double coldMax = cold.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return new Measured(Table.median(warm), Table.median(cold), coldMax);
    }

    private static double millis(TestFunction function) {
        long start = System.nanoTime();
        function.callWithoutTail("{}");
        return (System.nanoTime() - start) / 1e6;
    }
}
