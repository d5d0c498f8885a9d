package dev.cloister.benchmarks;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * What an idle environment costs the platform itself: the server's resident memory with many idle
 * environments against that with one, in the same run.
 */
public final class IdleMemory {
    private static final int ENVIRONMENTS = 40;

    private IdleMemory() {}

    public static void main(String[] args) throws Exception {
        String source = "import time\ndef handler(e, c):\n    time.sleep(e)\n    return 1\n";
        Table table = new Table("idle environments", "server resident MB", "MB per environment");
        try (Installation installation = Installation.start();
                LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, source)) {
            for (int i = 0; i < 1000; i++) {
                function.callWithoutTail("0");
            }
            double one = settled(installation);
            table.add(1, one, "-");
            burst(function);
            double many = settled(installation);
            table.add(ENVIRONMENTS, many, (many - one) / (ENVIRONMENTS - 1));
        }
        table.print(System.out);
    }

    private static void burst(TestFunction function) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < ENVIRONMENTS; i++) {
                all.add(callers.submit(() -> function.callWithoutTail("10")));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private static double settled(Installation installation) throws InterruptedException {
        Thread.sleep(3000); // logs flushed, environments frozen
        return Memory.residentMegabytes(installation.processId());
    }
}
