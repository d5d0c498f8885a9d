package dev.cloister.worker;

import dev.cloister.runtimes.RuntimeImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything an environment needs to know of its function version.
 *
 * @param functionName for logs and the function's own variables
 * @param version {@code $LATEST} or a number
 * @param code the version's image, mounted read-only at {@code /var/task}
 * @param layers the version's merged layers, mounted read-only at {@code /opt}; empty if it has
 *     none
 * @param handler as configured; may be empty for {@code provided.*}
 * @param variables every variable beyond the runtime image's own: Lambda's reserved ones (names,
 *     log group and stream, region, memory size, credentials, endpoint) and the user's. The worker
 *     adds what only it knows: AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, LAMBDA_RUNTIME_DIR,
 *     _HANDLER, AWS_LAMBDA_INITIALIZATION_TYPE. Values are secrets: never logged, never on disk
 * @param memoryMegabytes the memory limit; cpu follows from it, one vCPU at 1,769 MB
 * @param ephemeralStorageMegabytes the size of {@code /tmp}
 * @param timeout of one invocation, 1 s to 900 s
 * @param egress what the environment may connect to
 * @param log where its log goes
 * @param logging the form of platform lines
 */
public record EnvironmentSpec(
        String functionName,
        String version,
        RuntimeImage runtime,
        CodeImage code,
        Optional<CodeImage> layers,
        String handler,
        Map<String, Variable> variables,
        int memoryMegabytes,
        int ephemeralStorageMegabytes,
        Duration timeout,
        Egress egress,
        LogSink log,
        LogFormat logging) {
    public EnvironmentSpec {
        variables = Map.copyOf(variables);
    }

    /** The value of an environment variable, hidden from {@code toString}. */
    public record Variable(String value) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** Where an environment's connections may go. */
    public sealed interface Egress {
        /** Public addresses only, as in AWS: no host, private, link-local or other environment. */
        record Public() implements Egress {}

        /** Nowhere but the platform's API at 127.0.0.1:4566. */
        record None() implements Egress {}

        /**
         * Public addresses, and these private ranges.
         *
         * @param cidrs IPv4 ranges such as {@code 10.1.0.0/16}
         */
        record PublicAnd(List<String> cidrs) implements Egress {
            public PublicAnd {
                cidrs = List.copyOf(cidrs);
            }
        }

        /**
         * These ranges, public or private, and nothing else.
         *
         * @param cidrs IPv4 ranges such as {@code 10.1.0.0/16}
         */
        record Only(List<String> cidrs) implements Egress {
            public Only {
                cidrs = List.copyOf(cidrs);
            }
        }
    }

    /** How the platform's own lines look, and which of them and of the application's are kept. */
    public sealed interface LogFormat {
        record Text() implements LogFormat {}

        /** Levels in the order TRACE, DEBUG, INFO, WARN, ERROR, FATAL. */
        record Json(String applicationLevel, String systemLevel) implements LogFormat {}
    }
}
