package dev.cloister.benchmarks;

import dev.cloister.tests.product.Archives;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;

/** An echo function in one language, and how its baseline starts in the same interpreter. */
enum Language {
    PYTHON("python3.13", "index.handler", "server.py") {
        @Override
        SdkBytes zip() {
            return Archives.zip("index.py", "def handler(event, context):\n    return event\n");
        }

        @Override
        List<String> baselineArguments() {
            return List.of("/var/task/server.py");
        }
    },
    NODEJS("nodejs22.x", "index.handler", "server.js") {
        @Override
        SdkBytes zip() {
            return Archives.zip("index.js", "exports.handler = async (event) => event;\n");
        }

        @Override
        List<String> baselineArguments() {
            return List.of("/var/task/server.js");
        }
    },
    JAVA("java25", "Echo::handleRequest", "Server.java") {
        @Override
        SdkBytes zip() {
            return Archives.compiledJava(
                    25,
                    "Echo",
                    """
                    import com.amazonaws.services.lambda.runtime.*;
                    import java.io.*;
                    public class Echo implements RequestStreamHandler {
                      public void handleRequest(InputStream in, OutputStream out, Context c)
                          throws IOException {
                        in.transferTo(out);
                      }
                    }
                    """);
        }

        @Override
        List<String> baselineArguments() {
            return List.of("-cp", "/var/task", "Server");
        }
    };

    private final String runtime;
    private final String handler;
    private final String baseline;

    Language(String runtime, String handler, String baseline) {
        this.runtime = runtime;
        this.handler = handler;
        this.baseline = baseline;
    }

    String runtime() {
        return runtime;
    }

    String handler() {
        return handler;
    }

    /** The baseline's source, a resource. */
    String baseline() {
        return baseline;
    }

    abstract SdkBytes zip();

    /** What follows the interpreter on the baseline's command line; the port comes last. */
    abstract List<String> baselineArguments();
}
