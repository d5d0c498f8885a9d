package dev.cloister.worker.environment;

import dev.cloister.runtimes.RuntimeCatalog.Family;
import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.CodeImage;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.EnvironmentSpec.LogFormat;
import dev.cloister.worker.EnvironmentSpec.Variable;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.LogSink;
import dev.cloister.worker.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Functions in Python for {@link LocalProcessSandboxes}. */
final class TestFunctions {
    private TestFunctions() {}

    /** An image whose runtime is one of this module's test resources. */
    static RuntimeImage image(Path folder, String script, boolean canPrepare) {
        return image(folder, script, canPrepare, Family.PYTHON);
    }

    static RuntimeImage image(Path folder, String script, boolean canPrepare, Family family) {
        try (InputStream bytes = TestFunctions.class.getResourceAsStream(script)) {
            if (bytes == null) {
                throw new IllegalArgumentException("no resource " + script);
            }
            Path file = folder.resolve(script);
            if (!Files.exists(file)) {
                Files.copy(bytes, file);
            }
            return new RuntimeImage(
                    new ManagedRuntime("python3.11", family),
                    "python:3.11.v1",
                    "0".repeat(64),
                    file,
                    List.of("/usr/bin/python3", "-u", "/var/runtime/" + script),
                    Map.of("PATH", "/usr/bin:/bin", "LEVEL", "image", "ONLY_IMAGE", "yes"),
                    canPrepare);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CodeImage code(String source) {
        return new CodeImage() {
            @Override
            public String digest() {
                return "code-" + Integer.toHexString(source.hashCode());
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(source.getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    static EnvironmentSpec spec(RuntimeImage image, String source, LogSink sink) {
        return new EnvironmentSpec(
                "f",
                "$LATEST",
                image,
                code(source),
                Optional.empty(),
                "handler.handler",
                Map.of(
                        "AWS_REGION", new Variable("eu-west-1"),
                        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", new Variable("128"),
                        "LEVEL", new Variable("function")),
                128,
                512,
                Duration.ofSeconds(5),
                new Egress.None(),
                sink,
                new LogFormat.Text());
    }

    static EnvironmentSpec withTimeout(EnvironmentSpec spec, Duration timeout) {
        return new EnvironmentSpec(
                spec.functionName(),
                spec.version(),
                spec.runtime(),
                spec.code(),
                spec.layers(),
                spec.handler(),
                spec.variables(),
                spec.memoryMegabytes(),
                spec.ephemeralStorageMegabytes(),
                timeout,
                spec.egress(),
                spec.log(),
                spec.logging());
    }

    static EnvironmentSpec withLogging(EnvironmentSpec spec, LogFormat logging) {
        return new EnvironmentSpec(
                spec.functionName(),
                spec.version(),
                spec.runtime(),
                spec.code(),
                spec.layers(),
                spec.handler(),
                spec.variables(),
                spec.memoryMegabytes(),
                spec.ephemeralStorageMegabytes(),
                spec.timeout(),
                spec.egress(),
                spec.log(),
                logging);
    }

    static EnvironmentSpec withVariable(EnvironmentSpec spec, String name, String value) {
        Map<String, Variable> variables = new HashMap<>(spec.variables());
        variables.put(name, new Variable(value));
        return new EnvironmentSpec(
                spec.functionName(),
                spec.version(),
                spec.runtime(),
                spec.code(),
                spec.layers(),
                spec.handler(),
                variables,
                spec.memoryMegabytes(),
                spec.ephemeralStorageMegabytes(),
                spec.timeout(),
                spec.egress(),
                spec.log(),
                spec.logging());
    }

    static Invocation event(String json) {
        return invocation(json, false);
    }

    static Invocation tailed(String json) {
        return invocation(json, true);
    }

    private static Invocation invocation(String json, boolean tail) {
        return new Invocation(
                UUID.randomUUID().toString(),
                "arn:aws:lambda:eu-west-1:123456789012:function:f",
                Payload.ofUtf8(json),
                Optional.empty(),
                "Root=1-00000000-000000000000000000000000;Sampled=0",
                Optional.empty(),
                tail);
    }
}
