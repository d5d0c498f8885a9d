package dev.cloister.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.runtimes.RunningFunction.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AWS documents and does for Java handlers. */
@SuppressWarnings("NullAway.Init")
abstract class JavaSemantics {
    private static final String IMPORTS =
            """
            package example;
            import com.amazonaws.services.lambda.runtime.*;
            import com.amazonaws.services.lambda.runtime.logging.LogLevel;
            import java.io.*;
            import java.util.*;
            """;

    @TempDir Path folder;

    abstract Launcher launcher();

    abstract String taskRoot();

    Path task() {
        return folder.resolve("task");
    }

    private void compile(String source) throws IOException {
        Files.createDirectories(task());
        JavaSources.compile(task(), IMPORTS + source);
    }

    private RunningFunction start(String handler, Map<String, String> variables)
            throws IOException {
        return new RunningFunction(launcher(), task(), handler, variables);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    example.App          | class App implements RequestHandler<Map<String, Object>, Object> { public Object handleRequest(Map<String, Object> e, Context c) { return e.get("n"); } } | 5
                    example.App::handleRequest | class App implements RequestHandler<String, String> { public String handleRequest(String e, Context c) { return "no"; } } | error
                    example.App          | class App extends Base<Item, Item> { public Item handleRequest(Item e, Context c) { e.setName(e.getName() + "!"); return e; } } | {"n":5,"name":"x!"}
                    example.App          | class App implements RequestStreamHandler { public void handleRequest(InputStream in, OutputStream out, Context c) throws IOException { in.transferTo(out); } } | {"n":5,"name":"x","é":[1]}
                    example.App::plain   | class App { public Item plain(Item e) { return e; } }                                | {"n":5,"name":"x"}
                    example.App::plain   | class App { public static int plain(Item e, Context c) { return c.getMemoryLimitInMB(); } } | 256
                    example.App::plain   | class App { public String plain(Context c) { return c.getFunctionName(); } }         | "hello"
                    example.App::plain   | class App { public List<String> plain() { return List.of("a"); } }                   | ["a"]
                    example.App::plain   | class App { public void plain(Item e) { } }                                          | ``
                    example.App::plain   | class App { public void plain(InputStream in, OutputStream out) throws IOException { out.write(in.read()); } } | {
                    example.App::plain   | class App { public String plain(Item e) { return "one"; } public String plain(Item e, Context c) { return "two"; } } | "two"
                    example.App::plain   | class App { public boolean plain() throws Exception { Class.forName("dev.cloister.bootstrap.Main"); return true; } } | error
                    example.App::plain   | class App { public boolean plain() { return App.class.getClassLoader() == Thread.currentThread().getContextClassLoader(); } } | true
                    example.App::plain   | class App { public boolean plain(Context c) { return c.getRemainingTimeInMillis() > 20000 && c.getIdentity() == null && c.getClientContext() == null; } } | true
                    """)
    void answers(String handler, String source, String expected) throws Exception {
        compile(
                "public "
                        + source
                        + """
                        abstract class Base<A, B> implements RequestHandler<A, B> {}
                        class Item { private int n; private String name;
                          public int getN() { return n; } public void setN(int n) { this.n = n; }
                          public String getName() { return name; }
                          public void setName(String name) { this.name = name; } }
                        """);
        try (RunningFunction function = start(handler, Map.of())) {
            Outcome outcome = function.invoke("{\"n\":5,\"name\":\"x\",\"é\":[1]}");
            if (expected.equals("error")) {
                assertThat(outcome.isError()).isTrue();
            } else {
                assertThat(outcome.posted().body()).isEqualTo(expected);
                assertThat(outcome.isError()).isFalse();
            }
        }
    }

    @Test
    void reportsAnExceptionWithItsCauseAndServesTheNext() throws Exception {
        compile(
                """
                public class App implements RequestHandler<Integer, Integer> {
                    public Integer handleRequest(Integer event, Context context) {
                        context.getLogger().log("by " + event + "\\nsecond line");
                        System.out.println("printed");
                        try {
                            return 10 / event;
                        } catch (ArithmeticException e) {
                            throw new IllegalStateException("bad \\"event\\"", e);
                        }
                    }
                }
                """);
        try (RunningFunction function = start("example.App", Map.of())) {
            Outcome failed = function.invoke("0");
            assertThat(failed.isError()).isTrue();
            assertThat(failed.posted().headers())
                    .containsEntry(
                            "lambda-runtime-function-error-type",
                            "java.lang.IllegalStateException");
            assertThat(failed.posted().body())
                    .isEqualTo(
                            "{\"errorMessage\":\"bad \\\"event\\\"\",\"errorType\":\"java.lang.IllegalStateException\","
                                    + "\"stackTrace\":[\"example.App.handleRequest(App.java:13)\",\"example.App.handleRequest(App.java:6)\"],"
                                    + "\"cause\":{\"errorMessage\":\"/ by zero\",\"errorType\":\"java.lang.ArithmeticException\","
                                    + "\"stackTrace\":[\"example.App.handleRequest(App.java:11)\",\"example.App.handleRequest(App.java:6)\"]}}");
            assertThat(function.invoke("5").posted().body()).isEqualTo("2");
            assertThat(function.printed())
                    .startsWith("by 0\rsecond line\nprinted\nbad \"event\": java.lang.Illegal")
                    .contains("\rjava.lang.IllegalStateException: bad \"event\"\r\tat example.App")
                    .contains("\rCaused by: java.lang.ArithmeticException: / by zero\r");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    example.None      | class App {} | java.lang.ClassNotFoundException | Class not found: example.None
                    example.App       | class App {} | Runtime.HandlerNotFound | Class example.App does not implement
                    example.App::none | class App {} | java.lang.NoSuchMethodException | No public method named none with
                    ::x               | class App {} | Runtime.MalformedHandlerName | Bad handler '::x'
                    example.App::x    | class App { static { if (true) throw new IllegalStateException("static"); } public void x() {} } | java.lang.IllegalStateException | static
                    example.App::x    | class App { public App() { throw new IllegalStateException("new"); } public void x() {} } | java.lang.IllegalStateException | new
                    example.App::x    | class App { public App(int i) { } public void x() {} } | java.lang.NoSuchMethodException | Class example.App has no public
                    example.App::x    | abstract class App { public void x() {} } | java.lang.InstantiationException | Class example.App cannot
                    """)
    void reportsInitErrors(String handler, String source, String type, String message)
            throws Exception {
        compile("public " + source);
        try (RunningFunction function = start(handler, Map.of())) {
            Outcome outcome = function.await();
            assertThat(outcome.posted().path()).isEqualTo("/2018-06-01/runtime/init/error");
            assertThat(outcome.json().get("errorType").asString()).isEqualTo(type);
            assertThat(outcome.json().get("errorMessage").asString()).startsWith(message);
            assertThat(function.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void reportsAnEventOfTheWrongType() throws Exception {
        compile("public class App { public int x(int e) { return e; } }");
        try (RunningFunction function = start("example.App::x", Map.of())) {
            Outcome outcome = function.invoke("{\"a\":1}");
            assertThat(outcome.json().get("errorMessage").asString())
                    .isEqualTo("An error occurred during JSON parsing");
            assertThat(outcome.json().get("errorType").asString())
                    .isEqualTo("java.lang.RuntimeException");
            assertThat(outcome.json().get("stackTrace").size()).isZero();
        }
    }

    @Test
    void passesHeadersToTheContext() throws Exception {
        compile(
                """
                public class App { public List<String> x(Context c) {
                    return List.of(c.getAwsRequestId(), c.getInvokedFunctionArn(),
                        c.getClientContext().getCustom().get("k"),
                        c.getClientContext().getClient().getAppTitle(),
                        c.getIdentity().getIdentityId(), c.getTenantId(),
                        System.getProperty("com.amazonaws.xray.traceHeader"));
                } }
                """);
        try (RunningFunction function = start("example.App::x", Map.of())) {
            Outcome outcome =
                    function.invoke(
                            "{}",
                            Map.of(
                                    "Lambda-Runtime-Client-Context",
                                    "{\"custom\":{\"k\":\"v\"},\"client\":{\"app_title\":\"t\"}}",
                                    "Lambda-Runtime-Cognito-Identity",
                                    "{\"cognitoIdentityId\":\"c\"}",
                                    "Lambda-Runtime-Aws-Tenant-Id",
                                    "tenant",
                                    "Lambda-Runtime-Trace-Id",
                                    "Root=1-2-3"));
            assertThat(outcome.posted().body())
                    .isEqualTo(
                            "[\"00000000-0000-0000-0000-000000000001\",\"arn:aws:lambda:eu-west-1:123456789012:function:hello:$LATEST\",\"v\",\"t\",\"c\",\"tenant\",\"Root=1-2-3\"]");
        }
    }

    @Test
    void logsJsonWithTheLevelAsked() throws Exception {
        compile(
                """
                public class App { public void x(Context c) {
                    c.getLogger().log("said", LogLevel.INFO);
                    c.getLogger().log("unsaid", LogLevel.DEBUG);
                    throw new IllegalStateException("bad");
                } }
                """);
        Map<String, String> json =
                Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "INFO");
        try (RunningFunction function = start("example.App::x", json)) {
            function.invoke("{}");
            assertThat(function.printed())
                    .contains("\"message\":\"said\",\"level\":\"INFO\"")
                    .contains("\"requestId\":\"00000000-0000-0000-0000-000000000001\"")
                    .contains("\"errorType\":\"java.lang.IllegalStateException\"")
                    .doesNotContain("unsaid");
        }
    }

    @Test
    void startsPrepared() throws Exception {
        compile(
                """
                public class App { public List<Object> x(Context c) throws Exception {
                    String child = new String(new ProcessBuilder("printenv", "GREETING").start()
                        .getInputStream().readAllBytes()).strip();
                    return List.of(System.getenv("GREETING"), System.getenv().containsKey("CLOISTER_PREPARED"),
                        child, TimeZone.getDefault().getID(), c.getFunctionName(),
                        Runtime.getRuntime().maxMemory() / (1 << 20) < 4096);
                } }
                """);
        try (RunningFunction function =
                RunningFunction.prepared(
                        launcher(),
                        task(),
                        "example.App::x",
                        Map.of(
                                "GREETING", "hi",
                                "TZ", "Asia/Tokyo",
                                "LAMBDA_TASK_ROOT", taskRoot()),
                        Map.of("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"))) {
            assertThat(function.invoke("{}").posted().body())
                    .startsWith("[\"hi\",false,\"hi\",\"Asia/Tokyo\",\"hello\",");
        }
    }
}
