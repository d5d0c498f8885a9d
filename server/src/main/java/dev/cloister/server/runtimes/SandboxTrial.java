package dev.cloister.server.runtimes;

import dev.cloister.functions.code.BadArchiveException;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.functions.code.PackedImage;
import dev.cloister.runtimes.ImageTrial;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.CodeImage;
import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.EnvironmentSpec.LogFormat;
import dev.cloister.worker.EnvironmentSpec.Variable;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.ExecutionEnvironment.ShutdownReason;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.LogSink;
import dev.cloister.worker.Payload;
import dev.cloister.worker.Worker;
import dev.cloister.worker.WorkerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Tries an image in an environment of the worker's, isolated as every function's is and without
 * network. Thread-safe.
 */
public final class SandboxTrial implements ImageTrial {
    private static final String NAME = "cloister-runtime-trial";
    private static final int MEMORY_MEGABYTES = 512;

    /** Not the usual size: prepared sandboxes are for functions, none is made for a trial. */
    private static final int STORAGE_MEGABYTES = 513;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Worker worker;
    private final CodePackager packager;

    public SandboxTrial(Worker worker, CodePackager packager) {
        this.worker = worker;
        this.packager = packager;
    }

    @Override
    public List<String> failures(RuntimeImage candidate, Consumer<String> progress) {
        try {
            TrialFunction function = TrialFunction.of(candidate.runtime().family());
            try (PackedImage code = packager.build(function.archive())) {
                return run(candidate, function, code, progress);
            }
        } catch (IOException | BadArchiveException e) {
            return List.of("the trial's function can't be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("the trial was interrupted");
        }
    }

    private List<String> run(
            RuntimeImage candidate,
            TrialFunction function,
            PackedImage code,
            Consumer<String> progress) {
        LastLines log = new LastLines();
        List<String> failures = new ArrayList<>();
        try {
            ExecutionEnvironment environment =
                    worker.start(spec(candidate, function.handler(), new File(code), log));
            try {
                for (TrialCheck check : TrialCheck.of(candidate.runtime().family())) {
                    Optional<String> complaint =
                            check.complaint(environment.invoke(invocation(check)));
                    progress.accept(
                            candidate.version()
                                    + ": "
                                    + check.name()
                                    + (complaint.isEmpty() ? ": passed" : ": FAILED"));
                    complaint.ifPresent(failures::add);
                }
            } finally {
                environment.shutdown(ShutdownReason.SPINDOWN);
            }
        } catch (WorkerException | EnvironmentGoneException e) {
            failures.add("the environment ended: " + e.getMessage());
        }
        if (!failures.isEmpty()) {
            failures.addAll(log.lines());
        }
        return failures;
    }

    private static EnvironmentSpec spec(
            RuntimeImage candidate, String handler, CodeImage code, LogSink log) {
        return new EnvironmentSpec(
                NAME,
                "$LATEST",
                candidate,
                code,
                Optional.empty(),
                handler,
                variables(),
                MEMORY_MEGABYTES,
                STORAGE_MEGABYTES,
                TIMEOUT,
                new Egress.None(),
                log,
                new LogFormat.Text());
    }

    /** What every function has; the credentials open nothing. */
    private static Map<String, Variable> variables() {
        return Map.of(
                "AWS_REGION", new Variable("us-east-1"),
                "AWS_DEFAULT_REGION", new Variable("us-east-1"),
                "AWS_LAMBDA_FUNCTION_NAME", new Variable(NAME),
                "AWS_LAMBDA_FUNCTION_VERSION", new Variable("$LATEST"),
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", new Variable("" + MEMORY_MEGABYTES),
                "AWS_LAMBDA_LOG_GROUP_NAME", new Variable("/aws/lambda/" + NAME),
                "AWS_LAMBDA_LOG_STREAM_NAME", new Variable("trial"),
                "AWS_ACCESS_KEY_ID", new Variable("none"),
                "AWS_SECRET_ACCESS_KEY", new Variable("none"),
                "AWS_SESSION_TOKEN", new Variable("none"));
    }

    private static Invocation invocation(TrialCheck check) {
        return new Invocation(
                UUID.randomUUID().toString(),
                "arn:aws:lambda:us-east-1:000000000000:function:" + NAME,
                Payload.ofUtf8(check.event().toString()),
                Optional.empty(),
                "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
                Optional.empty(),
                false);
    }

    private record File(PackedImage packed) implements CodeImage {
        @Override
        public String digest() {
            return packed.sha256();
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(packed.file());
        }
    }

    /** Keeps the end of the log, for a failure's report. Thread-safe. */
    private static final class LastLines implements LogSink {
        private static final int LINES = 20;

        private final Deque<String> last = new ArrayDeque<>();

        @Override
        public synchronized void write(List<Event> events) {
            for (Event event : events) {
                last.addLast("log: " + event.message());
                if (last.size() > LINES) {
                    last.removeFirst();
                }
            }
        }

        synchronized List<String> lines() {
            return List.copyOf(last);
        }
    }
}
