package dev.cloister.server.command;

import dev.cloister.api.AccountId;
import dev.cloister.server.client.ApiCallException;
import dev.cloister.server.client.ApiClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Deploys a sample function through the API, as any client would, and invokes it twice: the proof
 * that this host works. A failure is told and leaves the server running.
 */
final class FirstStart {
    private static final String NAME = "hello";
    private static final String FUNCTIONS = "/2015-03-31/functions";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    /** A runtime image is built from packages at its first use: minutes on a slow line. */
    private static final Duration ACTIVE_TIMEOUT = Duration.ofMinutes(15);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final ApiClient client;
    private final AccountId account;
    private final PrintStream out;
    private final JsonMapper json = JsonMapper.shared();

    FirstStart(ApiClient client, AccountId account, PrintStream out) {
        this.client = client;
        this.account = account;
        this.out = out;
    }

    void show() {
        out.println("First start: deploying the sample function '" + NAME + "' (python3.13)");
        try {
            create();
            awaitActive();
            invoke("first ");
            invoke("second");
        } catch (ApiCallException | SampleFailedException e) {
            out.println("  The sample did not work: " + e.getMessage());
            out.println("  The server runs; 'cloister doctor' says what this host lacks.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.flush();
    }

    private void create() {
        Map<String, Object> request =
                Map.of(
                        "FunctionName",
                        NAME,
                        "Runtime",
                        "python3.13",
                        "Role",
                        "arn:aws:iam::" + account + ":role/lambda_basic_execution",
                        "Handler",
                        "lambda_function.handler",
                        "Description",
                        "Deployed by Cloister at its first start",
                        "Code",
                        Map.of("ZipFile", archive()));
        try {
            call("POST", FUNCTIONS, json.writeValueAsBytes(request));
        } catch (ApiCallException e) {
            if (e.status() != HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private static final int HTTP_CONFLICT = 409;

    private void awaitActive() throws InterruptedException {
        long start = System.nanoTime();
        long nextLine = start + BETWEEN_LINES.toNanos();
        while (System.nanoTime() - start < ACTIVE_TIMEOUT.toNanos()) {
            JsonNode configuration =
                    json.readTree(
                            call("GET", FUNCTIONS + "/" + NAME + "/configuration", new byte[0])
                                    .body());
            switch (configuration.path("State").asString("")) {
                case "Active" -> {
                    return;
                }
                case "Failed" ->
                        throw new SampleFailedException(
                                configuration.path("StateReason").asString("no reason given"));
                default -> {
                    if (System.nanoTime() > nextLine) {
                        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
                        out.printf("  building the runtime image, %d s so far%n", seconds);
                        out.flush();
                        nextLine += BETWEEN_LINES.toNanos();
                    }
                    Thread.sleep(BETWEEN_LOOKS);
                }
            }
        }
        throw new SampleFailedException(
                "it was not active within " + ACTIVE_TIMEOUT.toMinutes() + " minutes");
    }

    private void invoke(String which) {
        byte[] event = "{\"name\": \"world\"}".getBytes(StandardCharsets.UTF_8);
        long start = System.nanoTime();
        HttpResponse<byte[]> response =
                call("POST", FUNCTIONS + "/" + NAME + "/invocations", event);
        double millis = (System.nanoTime() - start) / 1e6;
        String answer = new String(response.body(), StandardCharsets.UTF_8);
        if (response.headers().firstValue("X-Amz-Function-Error").isPresent()) {
            throw new SampleFailedException(answer);
        }
        out.printf("  %s invocation  %7.1f ms  %s%n", which, millis, answer);
    }

    private HttpResponse<byte[]> call(String method, String path, byte[] body) {
        Map<String, String> headers = Map.of("Content-Type", "application/json");
        return client.call("lambda", method, path, headers, body, CALL_TIMEOUT);
    }

    private static byte[] archive() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream source = FirstStart.class.getResourceAsStream("lambda_function.py");
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("lambda_function.py"));
            Objects.requireNonNull(source, "the sample's source is in this jar").transferTo(zip);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't pack the sample in memory", e);
        }
        return bytes.toByteArray();
    }

    /** The sample was refused or answered with an error. */
    private static final class SampleFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SampleFailedException(String message) {
            super(message);
        }
    }
}
