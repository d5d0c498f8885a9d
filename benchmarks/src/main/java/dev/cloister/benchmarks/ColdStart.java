package dev.cloister.benchmarks;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Cold starts as a caller sees them: every invocation meets a new environment, because the
 * configuration has just changed. The baseline is a warm invoke of the same function in the same
 * run, so that the difference is the cold start alone.
 */
public final class ColdStart {
    private static final int ROUNDS = 15;

    private ColdStart() {}

    public static void main(String[] args) throws InterruptedException {
        Table table =
                new Table("runtime", "warm p50 ms", "cold p50 ms", "cold max ms", "cold minus warm ms");
        try (Installation installation = Installation.start();
                LambdaClient lambda = installation.lambda()) {
            for (Language language : Language.values()) {
                measure(installation, lambda, language, table);
            }
        }
        table.print(System.out);
    }

    private static void measure(
            Installation installation, LambdaClient lambda, Language language, Table table)
            throws InterruptedException {
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        try (TestFunction function =
                new TestFunction(
                        installation,
                        lambda,
                        language.runtime(),
                        language.handler(),
                        language.zip(),
                        r -> r.memorySize(1769))) {
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
        double coldMedian = Table.median(cold);
        double warmMedian = Table.median(warm);
        double coldMax = cold.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        table.add(language.runtime(), warmMedian, coldMedian, coldMax, coldMedian - warmMedian);
    }

    private static double millis(TestFunction function) {
        long start = System.nanoTime();
        function.callWithoutTail("{}");
        return (System.nanoTime() - start) / 1e6;
    }
}
