package dev.cloister.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** {@code kill -9} of the server under writes and invokes, at a moment that a seed chooses. */
final class KillTest {
    private static final int ROUNDS = 3;
    private static final int WRITERS = 3;
    private static final SdkBytes CODE =
            Archives.zip("index.py", "def handler(e, c):\n    return e");

    @Test
    void nothingAcknowledgedIsLostAndNothingIsLeftBehind() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Installation installation = Installation.start();
        try {
            Queue<String> aliases = new ConcurrentLinkedQueue<>();
            String role = installation.role();
            try (LambdaClient lambda = installation.lambda()) {
                lambda.createFunction(
                        r ->
                                r.functionName("echo")
                                        .runtime("python3.13")
                                        .handler("index.handler")
                                        .role(role)
                                        .code(c -> c.zipFile(CODE)));
                lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName("echo"));
            }
            for (int round = 0; round < ROUNDS; round++) {
                Duration life = Duration.ofMillis(500 + random.nextInt(2500));
                killUnderLoad(installation, aliases, round, life);
                installation.up();
                verify(installation, aliases, "seed " + seed + ", round " + round);
            }
            assertThat(installation.down().status()).isZero();
            assertThat(Leftovers.of(installation)).isEmpty();
        } finally {
            installation.close();
        }
    }

    /** Creates aliases and invokes until the server is killed; notes every acknowledged alias. */
    private static void killUnderLoad(
            Installation installation, Queue<String> aliases, int round, Duration life)
            throws Exception {
        AtomicBoolean killed = new AtomicBoolean();
        CountDownLatch busy = new CountDownLatch(WRITERS);
        List<Future<?>> writing = new ArrayList<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = "r" + round + "-w" + writer + "-";
                writing.add(
                        writers.submit(() -> write(installation, prefix, aliases, killed, busy)));
            }
            assertThat(busy.await(60, TimeUnit.SECONDS)).as("load has begun").isTrue();
            Thread.sleep(life); // the moment of the kill is what varies, not a wait for something
            kill(installation.processId());
            killed.set(true);
        }
        for (Future<?> each : writing) {
            each.get();
        }
    }

    private static void write(
            Installation installation,
            String prefix,
            Queue<String> acknowledged,
            AtomicBoolean killed,
            CountDownLatch busy) {
        try (LambdaClient lambda = installation.lambda()) {
            for (int i = 0; !killed.get(); i++) {
                String name = prefix + i;
                lambda.createAlias(
                        r -> r.functionName("echo").name(name).functionVersion("$LATEST"));
                acknowledged.add(name);
                lambda.invoke(r -> r.functionName("echo").payload(SdkBytes.fromUtf8String("1")));
                if (i == 0) {
                    busy.countDown();
                }
            }
        } catch (SdkException e) {
            if (busy.getCount() > 0) {
                throw e;
            }
            // The server was killed in the middle of a call: what it had not answered may be lost.
        }
    }

    private static void verify(Installation installation, Queue<String> aliases, String when) {
        try (LambdaClient lambda = installation.lambda()) {
            List<String> present =
                    lambda.listAliasesPaginator(r -> r.functionName("echo")).stream()
                            .flatMap(page -> page.aliases().stream())
                            .map(alias -> alias.name())
                            .toList();
            assertThat(present).as(when).containsAll(aliases);
            InvokeResponse answer =
                    lambda.invoke(
                            r -> r.functionName("echo").payload(SdkBytes.fromUtf8String("[1]")));
            assertThat(answer.payload().asUtf8String()).as(when).isEqualTo("[1]");
        }
    }

    private static void kill(long processId) throws Exception {
        ProcessHandle server = ProcessHandle.of(processId).orElseThrow();
        server.destroyForcibly();
        server.onExit().get(10, TimeUnit.SECONDS);
    }
}
