package dev.cloister.tests.crash;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;

/** Clients that write and invoke without pause, until the server is gone. */
final class Load {
    static final String VERSIONED = "versioned";
    private static final String ECHO = "echo";

    private final Installation installation;
    private final Acknowledged acknowledged;
    private final String round;
    private final AtomicBoolean killed = new AtomicBoolean();

    Load(Installation installation, Acknowledged acknowledged, int round) {
        this.installation = installation;
        this.acknowledged = acknowledged;
        this.round = "r" + round + "-";
    }

    /** Makes the functions that every round uses. */
    static void prepare(Installation installation, Acknowledged acknowledged) {
        try (LambdaClient lambda = installation.lambda()) {
            for (String name : List.of(ECHO, VERSIONED)) {
                create(lambda, name, acknowledged);
                lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName(name));
            }
        }
        acknowledged.functions.remove(VERSIONED); // its code changes
    }

    /** Begins; once every client has had an answer, runs {@code kill}, then waits for the end. */
    void runUntil(Kill kill) throws Exception {
        List<Work> all = List.of(this::functions, this::versions, this::logGroups, this::invokes);
        CountDownLatch begun = new CountDownLatch(all.size());
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(all.size())) {
            for (Work work : all) {
                running.add(threads.submit(() -> repeat(work, begun)));
            }
            try {
                if (!begun.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the load did not begin");
                }
                kill.run();
            } finally {
                killed.set(true);
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
    }

    private void repeat(Work work, CountDownLatch begun) {
        try (LambdaClient lambda = installation.lambda();
                CloudWatchLogsClient logs = installation.logs()) {
            boolean first = true;
            for (int i = 0; !killed.get(); i++) {
                work.once(lambda, logs, i);
                if (first) {
                    begun.countDown();
                    first = false;
                }
            }
        } catch (SdkException e) {
            if (begun.getCount() > 0) {
                throw e;
            }
            // The server was killed in the middle of a call: what it had not answered may be lost.
        }
    }

    private void functions(LambdaClient lambda, CloudWatchLogsClient logs, int i) {
        create(lambda, round + i, acknowledged);
    }

    private void versions(LambdaClient lambda, CloudWatchLogsClient logs, int i) {
        SdkBytes code = returning("edition " + round + i);
        UpdateFunctionCodeResponse published =
                lambda.updateFunctionCode(
                        r -> r.functionName(VERSIONED).zipFile(code).publish(true));
        acknowledged.versions.put(published.version(), published.codeSha256());
        lambda.createAlias(
                r ->
                        r.functionName(VERSIONED)
                                .name(round + i)
                                .functionVersion(published.version()));
        acknowledged.aliases.put(round + i, published.version());
        lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(VERSIONED));
    }

    private void logGroups(LambdaClient lambda, CloudWatchLogsClient logs, int i) {
        logs.createLogGroup(r -> r.logGroupName("/load/" + round + i));
        acknowledged.logGroups.add("/load/" + round + i);
    }

    private void invokes(LambdaClient lambda, CloudWatchLogsClient logs, int i) {
        lambda.invoke(r -> r.functionName(ECHO).payload(SdkBytes.fromUtf8String("1")));
        acknowledged.logGroups.add("/aws/lambda/" + ECHO);
    }

    private static void create(LambdaClient lambda, String name, Acknowledged acknowledged) {
        String digest =
                lambda.createFunction(
                                r ->
                                        r.functionName(name)
                                                .runtime("python3.13")
                                                .handler("index.handler")
                                                .role(
                                                        "arn:aws:iam::000000000000:role/lambda_basic_execution")
                                                .code(c -> c.zipFile(returning(name))))
                        .codeSha256();
        acknowledged.functions.put(name, digest);
    }

    private static SdkBytes returning(String text) {
        return Archives.zip("index.py", "def handler(e, c):\n    return '" + text + "'");
    }

    /** One step of a client. */
    private interface Work {
        void once(LambdaClient lambda, CloudWatchLogsClient logs, int number);
    }

    /** Ends the server at some moment. */
    interface Kill {
        void run() throws Exception;
    }
}
