package dev.cloister.benchmarks;

import dev.cloister.tests.product.Archives;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;

/** The smallest function of each runtime. */
record Hello(String runtime, String handler, SdkBytes zip) {
    private static final String PYTHON = "def handler(event, context):\n    return 'hello'\n";
    private static final String NODE = "exports.handler = async () => 'hello';\n";
    private static final String RUBY = "def handler(event:, context:)\n  'hello'\nend\n";
    private static final String JAVA =
            """
            import com.amazonaws.services.lambda.runtime.*;
            public class Hello implements RequestHandler<Object, String> {
              public String handleRequest(Object event, Context context) {
                return "hello";
              }
            }
            """;
    private static final String SHELL =
            """
            #!/bin/bash
            api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
            while true; do
              curl -sS -D /tmp/headers -o /dev/null "$api/invocation/next"
              id=$(grep -i '^lambda-runtime-aws-request-id:' /tmp/headers | tr -d '\\r' | cut -d' ' -f2)
              curl -sS -X POST "$api/invocation/$id/response" -d '"hello"' > /dev/null
            done
            """;

    static List<Hello> all() {
        return List.of(
                new Hello("python3.11", "index.handler", Archives.zip("index.py", PYTHON)),
                new Hello("python3.13", "index.handler", Archives.zip("index.py", PYTHON)),
                new Hello("nodejs20.x", "index.handler", Archives.zip("index.js", NODE)),
                new Hello("nodejs22.x", "index.handler", Archives.zip("index.js", NODE)),
                new Hello(
                        "java21", "Hello::handleRequest", Archives.compiledJava(21, "Hello", JAVA)),
                new Hello(
                        "java25", "Hello::handleRequest", Archives.compiledJava(25, "Hello", JAVA)),
                new Hello("ruby3.3", "index.handler", Archives.zip("index.rb", RUBY)),
                new Hello("provided.al2023", "any", Archives.zip("bootstrap", SHELL)));
    }
}
