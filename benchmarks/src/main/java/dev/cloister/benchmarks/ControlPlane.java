package dev.cloister.benchmarks;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Management operations per second with more and more functions in the account. The baseline is the
 * smallest signed request, GetCallerIdentity, in the same round: what is above it is the
 * operation's own cost.
 */
public final class ControlPlane {
    private static final int[] SIZES = {100, 1_000, 10_000};
    private static final int CALLERS = 8;
    private static final int WARM_UP = 50;
    private static final int READS = 1_500;
    private static final int UPDATES = 300;
    private static final int LISTS = 400;

    private final Installation installation;
    private final LambdaClient lambda;
    private final StsClient sts;
    private final SdkBytes code = Archives.zip("index.py", "def handler(e, c): return e");
    private final String role;

    private ControlPlane(Installation installation, LambdaClient lambda, StsClient sts) {
        this.installation = installation;
        this.lambda = lambda;
        this.sts = sts;
        this.role = installation.role();
    }

    public static void main(String[] args) throws Exception {
        try (Installation installation = Installation.start();
                LambdaClient lambda = installation.lambda();
                StsClient sts = installation.sts()) {
            new ControlPlane(installation, lambda, sts).run();
        }
    }

    private void run() throws Exception {
        Table table =
                new Table(
                        "functions",
                        "GetCallerIdentity/s",
                        "CreateFunction/s",
                        "GetFunction/s",
                        "ListFunctions pages/s",
                        "UpdateFunctionConfiguration/s",
                        "server resident MB");
        double _ = rate(READS, _ -> sts.getCallerIdentity()); // warms up client and server
        double _ = rate(WARM_UP, this::create);
        double _ = rate(READS, i -> get(i % WARM_UP));
        int made = WARM_UP;
        for (int size : SIZES) {
            int first = made;
            double creates = rate(size - first, i -> create(first + i));
            made = size;
            int among = size;
            int updated = Math.min(UPDATES, size);
            for (int i = 0; i < updated; i++) {
                awaitActive(i * size / updated);
            }
            double reads = rate(READS, i -> get(i * 7 % among));
            double baseline = rate(READS, _ -> sts.getCallerIdentity());
            double pages = rate(LISTS, i -> page(i * 7 % among));
            double updates = rate(updated, i -> update(i * among / updated, among));
            table.add(
                    size,
                    baseline,
                    creates,
                    reads,
                    pages,
                    updates,
                    Memory.residentMegabytes(installation.processId()));
        }
        table.print(System.out);
    }

    private void create(int number) {
        lambda.createFunction(
                r ->
                        r.functionName(name(number))
                                .runtime("python3.13")
                                .handler("index.handler")
                                .role(role)
                                .code(c -> c.zipFile(code)));
    }

    private void awaitActive(int number) {
        lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName(name(number)));
    }

    private void get(int number) {
        lambda.getFunction(r -> r.functionName(name(number)));
    }

    /** The page after some function: its marker is that of a list which ends with it. */
    private void page(int number) {
        String marker = lambda.listFunctions(r -> r.maxItems(1 + number % 50)).nextMarker();
        lambda.listFunctions(r -> r.marker(marker).maxItems(50));
    }

    private void update(int number, int value) {
        lambda.updateFunctionConfiguration(
                r -> r.functionName(name(number)).description("update " + value));
    }

    private static String name(int number) {
        return "function-%05d".formatted(number);
    }

    /** Calls per second with {@value #CALLERS} callers. */
    private static double rate(int calls, IntConsumer call) throws Exception {
        AtomicInteger next = new AtomicInteger();
        long begin = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                all.add(
                        callers.submit(
                                () -> {
                                    for (int n = next.getAndIncrement();
                                            n < calls;
                                            n = next.getAndIncrement()) {
                                        call.accept(n);
                                    }
                                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        return calls / ((System.nanoTime() - begin) / 1e9);
    }
}
