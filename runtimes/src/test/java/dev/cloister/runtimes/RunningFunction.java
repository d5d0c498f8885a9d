package dev.cloister.runtimes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cloister.runtimes.FakeRuntimeApi.Event;
import dev.cloister.runtimes.FakeRuntimeApi.Posted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bootstrap that runs a function against a {@link FakeRuntimeApi}. */
final class RunningFunction implements AutoCloseable {
    private final FakeRuntimeApi api = new FakeRuntimeApi();
    private final Queue<String> output = new ConcurrentLinkedQueue<>();
    private final Process process;
    private final Thread reader;
    private int invocations;
    private long assignedNanos;

    /** An invocation's outcome. */
    record Outcome(Posted posted) {
        boolean isError() {
            return posted.path().endsWith("/error");
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(posted.body());
        }
    }

    RunningFunction(Launcher launcher, Path task, String handler) throws IOException {
        this(launcher, task, handler, Map.of());
    }

    RunningFunction(Launcher launcher, Path task, String handler, Map<String, String> variables)
            throws IOException {
        Map<String, String> environment = variables(handler);
        environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
        environment.putAll(variables);
        process = launcher.start(task, environment);
        reader = Thread.ofVirtual().start(this::read);
    }

    private RunningFunction(Launcher launcher, Path task, Map<String, String> known)
            throws IOException {
        Map<String, String> environment = new HashMap<>(known);
        environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
        environment.put("CLOISTER_PREPARED", "1");
        process = launcher.start(task, environment);
        reader = Thread.ofVirtual().start(this::read);
    }

    /** Starts a process that doesn't know its function, waits until it asks, and tells it. */
    static RunningFunction prepared(
            Launcher launcher, Path task, String handler, Map<String, String> variables)
            throws IOException, InterruptedException {
        return prepared(launcher, task, handler, variables, Map.of());
    }

    /**
     * @param known in the environment from the start
     */
    static RunningFunction prepared(
            Launcher launcher,
            Path task,
            String handler,
            Map<String, String> variables,
            Map<String, String> known)
            throws IOException, InterruptedException {
        RunningFunction running = new RunningFunction(launcher, task, known);
        running.api.awaitPrepared();
        Map<String, String> environment = variables(handler);
        environment.putAll(variables);
        String json = JsonMapper.shared().writeValueAsString(Map.of("environment", environment));
        running.assignedNanos = System.nanoTime();
        running.api.assign(json);
        return running;
    }

    /** When a prepared process was told its function, by System.nanoTime. */
    long assignedNanos() {
        return assignedNanos;
    }

    private static Map<String, String> variables(String handler) {
        Map<String, String> environment = new HashMap<>();
        environment.put("_HANDLER", handler);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "hello");
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/hello");
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]0123");
        return environment;
    }

    Outcome invoke(String event) throws InterruptedException {
        return invoke(event, Map.of());
    }

    /** Enqueues all at once, then waits for all. */
    void invokeMany(int count, String event) throws InterruptedException {
        Map<String, String> headers =
                Map.of("Lambda-Runtime-Deadline-Ms", "" + (System.currentTimeMillis() + 30_000));
        for (int i = 0; i < count; i++) {
            api.enqueue(new Event("id-" + i, event, headers));
        }
        for (int i = 0; i < count; i++) {
            await();
        }
    }

    Outcome invoke(String event, Map<String, String> headers) throws InterruptedException {
        String id = "00000000-0000-0000-0000-%012d".formatted(++invocations);
        Map<String, String> all = new HashMap<>();
        all.put("Lambda-Runtime-Deadline-Ms", "" + (System.currentTimeMillis() + 30_000));
        all.put(
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:eu-west-1:123456789012:function:hello:$LATEST");
        all.putAll(headers);
        api.enqueue(new Event(id, event, all));
        return await();
    }

    /** What the runtime posts next, for example an init error. */
    Outcome await() throws InterruptedException {
        try {
            return new Outcome(api.awaitPost());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it printed: " + output, e);
        }
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(FakeRuntimeApi.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the process has not ended; it printed: " + output);
        }
        reader.join();
        return process.exitValue();
    }

    /** Ends the process and returns what it printed: events, with \r for a newline inside one. */
    String printed() throws InterruptedException {
        // Process.destroy() would close the stream that the last of the output is read from.
        process.toHandle().destroy();
        exitStatus();
        return String.join("\n", output);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                if (c == '\n') {
                    output.add(line.toString());
                    line.setLength(0);
                } else {
                    line.append((char) c);
                }
            }
            output.add(line.toString());
        } catch (IOException closed) {
            output.add("(output closed)");
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        api.close();
    }
}
