package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.SecretText;
import dev.cloister.runtimes.RuntimeImage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A function version as the data plane runs it. Immutable: a changed configuration or code is a new
 * snapshot with a new {@code revision}, and environments of the old one take no more invocations.
 *
 * @param revision changes with every change that environments must see
 * @param version {@code $LATEST} or a number
 * @param state whether it can be invoked, and what to answer when not
 * @param role the execution role's ARN
 * @param runtime the image to run on; empty until the function is active
 * @param code the decrypted erofs image; empty until the function is active
 * @param layers the decrypted erofs image of its layers, merged; empty if it has none
 */
public record VersionSnapshot(
        AccountId account,
        Region region,
        String name,
        String version,
        String revision,
        State state,
        String role,
        String handler,
        Optional<RuntimeImage> runtime,
        Optional<Code> code,
        Optional<Code> layers,
        Map<String, SecretText> environment,
        int memoryMegabytes,
        int ephemeralStorageMegabytes,
        Duration timeout,
        Logging logging,
        FunctionOptions options) {
    public VersionSnapshot {
        environment = Map.copyOf(environment);
    }

    /** The unqualified ARN. */
    public String functionArn() {
        return "arn:aws:lambda:" + region + ":" + account + ":function:" + name;
    }

    /** As in GetFunctionConfiguration's State. */
    public enum State {
        PENDING,
        ACTIVE,
        INACTIVE,
        FAILED
    }

    /** The version's image. */
    public interface Code {
        /** Names the content; letters, digits, dots and dashes. */
        String digest();

        /** Verified while it is read. */
        InputStream open() throws IOException;
    }

    /**
     * LoggingConfig, complete with its defaults.
     *
     * @param format {@code Text} or {@code JSON}
     */
    public record Logging(
            String format,
            Optional<String> applicationLevel,
            Optional<String> systemLevel,
            String logGroup) {}
}
