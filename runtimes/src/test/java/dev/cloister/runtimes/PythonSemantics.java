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

/** What AWS documents and does for Python handlers. */
@SuppressWarnings("NullAway.Init")
abstract class PythonSemantics {
    @TempDir Path task;

    abstract Launcher launcher();

    private void module(String source) throws IOException {
        Files.writeString(task.resolve("app.py"), source);
    }

    private RunningFunction start(String handler, Map<String, String> variables)
            throws IOException {
        return new RunningFunction(launcher(), task, handler, variables);
    }

    private Outcome once(String source, String event) throws Exception {
        module(source);
        try (RunningFunction function = start("app.handler", Map.of())) {
            return function.invoke(event);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    event                      | {"a":[1,"é",null]} | {"a": [1, "é", null]}
                    None                       | 1                  | null
                    'text'                     | 1                  | "text"
                    {'d': Decimal('1.5')}      | 1                  | {"d": 1.5}
                    context.function_name      | 1                  | "hello"
                    context.memory_limit_in_mb | 1                  | "256"
                    context.function_version   | 1                  | "$LATEST"
                    context.log_stream_name    | 1                  | "2026/01/01/[$LATEST]0123"
                    context.client_context     | 1                  | null
                    context.identity.cognito_identity_id | 1        | null
                    context.tenant_id          | 1                  | null
                    20000 < context.get_remaining_time_in_millis() <= 30000 | 1 | true
                    '\\ud800'                  | 1                  | "\\ud800"
                    os.getcwd() == os.environ['LAMBDA_TASK_ROOT'] == sys.path[0] | 1 | true
                    os.environ.get('_X_AMZN_TRACE_ID') | 1          | null
                    """)
    void returns(String expression, String event, String expected) throws Exception {
        Outcome outcome =
                once(
                        "import os, sys\nfrom decimal import Decimal\n"
                                + "def handler(event, context):\n    return "
                                + expression,
                        event);
        assertThat(outcome.posted().path())
                .isEqualTo(
                        "/2018-06-01/runtime/invocation/00000000-0000-0000-0000-000000000001/response");
        assertThat(outcome.posted().body()).isEqualTo(expected);
    }

    @Test
    void passesHeadersToTheContext() throws Exception {
        module(
                """
                import os
                def handler(event, context):
                    return [context.aws_request_id, context.invoked_function_arn,
                            context.client_context.custom, context.client_context.client.app_title,
                            context.identity.cognito_identity_id, context.tenant_id,
                            os.environ['_X_AMZN_TRACE_ID']]
                """);
        try (RunningFunction function = start("app.handler", Map.of())) {
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
                            """
                            ["00000000-0000-0000-0000-000000000001", \
                            "arn:aws:lambda:eu-west-1:123456789012:function:hello:$LATEST", \
                            {"k": "v"}, "t", "c", "tenant", "Root=1-2-3"]""");
        }
    }

    @Test
    void reportsAnExceptionAndServesTheNext() throws Exception {
        module(
                """
                def inner(event):
                    return 1 / event['by']
                def handler(event, context):
                    return inner(event)
                """);
        try (RunningFunction function = start("app.handler", Map.of())) {
            Outcome failed = function.invoke("{\"by\":0}");
            assertThat(failed.isError()).isTrue();
            assertThat(failed.posted().headers())
                    .containsEntry("lambda-runtime-function-error-type", "ZeroDivisionError");
            assertThat(failed.json().get("errorMessage").asString()).isEqualTo("division by zero");
            assertThat(failed.json().get("errorType").asString()).isEqualTo("ZeroDivisionError");
            assertThat(failed.json().get("requestId").asString()).endsWith("000000000001");
            assertThat(failed.json().get("stackTrace").size()).isEqualTo(2);
            assertThat(failed.json().get("stackTrace").get(0).asString())
                    .startsWith("  File \"")
                    .contains("/app.py\", line 4, in handler\n    return inner(event)\n");
            assertThat(function.invoke("{\"by\":1}").posted().body()).isEqualTo("1.0");
            assertThat(function.printed())
                    .contains("[ERROR] ZeroDivisionError: division by zero\rTraceback (most recent")
                    .contains("\r\u00a0\u00a0File \"");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    app         | x = 1              | Runtime.MalformedHandlerName | Bad handler 'app'
                    app.nothing | x = 1              | Runtime.HandlerNotFound | Handler 'nothing' missing on module 'app'
                    none.x      | x = 1              | Runtime.ImportModuleError | Unable to import module 'none': No module named 'none'
                    app.handler | import nowhere     | Runtime.ImportModuleError | Unable to import module 'app': No module named 'nowhere'
                    app.handler | def                | Runtime.UserCodeSyntaxError | Syntax error in module 'app': invalid syntax
                    app.handler | raise KeyError('k')| KeyError | 'k'
                    sys.handler | x = 1              | Runtime.ImportModuleError | Cannot use built-in module sys as a handler module
                    """)
    void reportsInitErrors(String handler, String source, String type, String message)
            throws Exception {
        module(source);
        try (RunningFunction function = start(handler, Map.of())) {
            Outcome outcome = function.await();
            assertThat(outcome.posted().path()).isEqualTo("/2018-06-01/runtime/init/error");
            assertThat(outcome.posted().headers())
                    .containsEntry("lambda-runtime-function-error-type", type);
            assertThat(outcome.json().get("errorType").asString()).isEqualTo(type);
            assertThat(outcome.json().get("errorMessage").asString()).startsWith(message);
            assertThat(outcome.json().get("requestId").asString()).isEmpty();
            assertThat(function.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void reportsWhatCantBeMarshalledOrUnmarshalled() throws Exception {
        module("def handler(event, context):\n    return {1, 2}");
        try (RunningFunction function = start("app.handler", Map.of())) {
            Outcome response = function.invoke("{}");
            assertThat(response.json().get("errorType").asString())
                    .isEqualTo("Runtime.MarshalError");
            assertThat(response.json().get("errorMessage").asString())
                    .isEqualTo(
                            "Unable to marshal response: Object of type set is not JSON"
                                    + " serializable");
            Outcome event = function.invoke("{nonsense");
            assertThat(event.json().get("errorType").asString())
                    .isEqualTo("Runtime.UnmarshalError");
        }
    }

    @Test
    void logsOneEventForEachRecord() throws Exception {
        module(
                """
                import logging, sys
                def handler(event, context):
                    print('printed', 'line')
                    print('no newline', end='')
                    logging.getLogger().warning('two\\nlines')
                    logging.info('too low')
                """);
        try (RunningFunction function = start("app.handler", Map.of())) {
            function.invoke("{}");
            assertThat(function.printed())
                    .startsWith("printed line\nno newline[WARNING]\t")
                    .containsPattern(
                            "\\[WARNING]\t\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\t"
                                    + "00000000-0000-0000-0000-000000000001\ttwo\rlines\n")
                    .doesNotContain("too low");
        }
    }

    @Test
    void logsJsonWithTheLevelAsked() throws Exception {
        module(
                """
                import logging
                def handler(event, context):
                    logging.info('said', extra={'k': 1})
                    logging.debug('unsaid')
                    raise ValueError('bad')
                """);
        Map<String, String> json =
                Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "INFO");
        try (RunningFunction function = start("app.handler", json)) {
            function.invoke("{}");
            assertThat(function.printed())
                    .contains("\"level\": \"INFO\", \"message\": \"said\"")
                    .contains("\"requestId\": \"00000000-0000-0000-0000-000000000001\", \"k\": 1}")
                    .contains("\"log_level\": \"ERROR\", \"errorMessage\": \"bad\"")
                    .doesNotContain("unsaid");
        }
    }

    @Test
    void exitsWithTheHandlersStatus() throws Exception {
        module("import sys\ndef handler(event, context):\n    sys.exit(3)");
        try (RunningFunction function = start("app.handler", Map.of())) {
            Thread.ofVirtual().start(() -> ignore(function));
            assertThat(function.exitStatus()).isEqualTo(3);
        }
    }

    private static void ignore(RunningFunction function) {
        try {
            function.invoke("{}");
        } catch (InterruptedException | AssertionError expected) {
            return;
        }
    }

    @Test
    void startsPrepared() throws Exception {
        Files.createDirectories(task.resolve("deps"));
        Files.writeString(task.resolve("deps/dep.py"), "VALUE = 7");
        module(
                """
                import os, time, dep
                def handler(event, context):
                    return [os.environ['GREETING'], 'CLOISTER_PREPARED' in os.environ, dep.VALUE,
                            time.tzname[0], context.function_name, os.getcwd() == event]
                """);
        // In an image the function's folder is known by another name.
        String root = taskRoot();
        try (RunningFunction function =
                RunningFunction.prepared(
                        launcher(),
                        task,
                        "app.handler",
                        Map.of(
                                "GREETING",
                                "hi",
                                "TZ",
                                "Asia/Tokyo",
                                "PYTHONPATH",
                                root + "/deps",
                                "LAMBDA_TASK_ROOT",
                                root))) {
            assertThat(function.invoke("\"" + root + "\"").posted().body())
                    .isEqualTo("[\"hi\", false, 7, \"JST\", \"hello\", true]");
        }
    }

    String taskRoot() {
        return task.toString();
    }
}
