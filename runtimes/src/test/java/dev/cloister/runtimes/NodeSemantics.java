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

/** What AWS documents and does for Node.js handlers. */
@SuppressWarnings("NullAway.Init")
abstract class NodeSemantics {
    @TempDir Path task;

    abstract Launcher launcher();

    String taskRoot() {
        return task.toString();
    }

    private void write(String file, String source) throws IOException {
        Files.createDirectories(task.resolve(file).getParent());
        Files.writeString(task.resolve(file), source);
    }

    private RunningFunction start(String handler, Map<String, String> variables)
            throws IOException {
        return new RunningFunction(launcher(), task, handler, variables);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    async (event) => event                                     | {"a":[1,"é",null]}
                    (event, context, callback) => callback(null, event)         | {"a":[1,"é",null]}
                    (event, context, callback) => { setTimeout(() => callback(null, 5), 5); } | 5
                    (event, context, callback) => { callback(null, 1); callback(null, 2); } | 1
                    (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 1000); callback(null, 6); } | 6
                    () => { let late = 1; setTimeout(() => { late = 2; }, 30); }| null
                    () => new Promise(() => {})                                 | null
                    () => 'ignored'                                             | null
                    (event, context) => { context.succeed(7); }                 | 7
                    (event, context) => { context.done(null, 8); }              | 8
                    async () => undefined                                       | null
                    async () => 'text'                                          | "text"
                    async (event, context) => context.functionName             | "hello"
                    async (event, context) => context.memoryLimitInMB          | "256"
                    async (event, context) => context.logGroupName             | "/aws/lambda/hello"
                    async (event, context) => context.awsRequestId.length      | 36
                    async (event, context) => typeof context.clientContext     | "undefined"
                    async (event, context) => context.getRemainingTimeInMillis() > 20000 | true
                    async () => process.cwd() === process.env.LAMBDA_TASK_ROOT | true
                    async () => typeof process.env._X_AMZN_TRACE_ID            | "undefined"
                    """)
    void returns(String handler, String expected) throws Exception {
        write("index.js", "exports.handler = " + handler + ";");
        try (RunningFunction function = start("index.handler", Map.of())) {
            Outcome outcome = function.invoke("{\"a\":[1,\"é\",null]}");
            assertThat(outcome.isError()).isFalse();
            assertThat(outcome.posted().body()).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    index.mjs       | export const handler = async () => 'esm'; | index.handler
                    index.cjs       | exports.handler = async () => 'esm';      | index.handler
                    src/app.mjs     | await null; export const run = async () => 'esm'; | src/app.run
                    a.js            | exports.b = { c: async () => 'esm' };     | a.b.c
                    index.mjs       | export default { handler: async () => 'esm' }; | index.handler
                    """)
    void findsTheHandler(String file, String source, String handler) throws Exception {
        write(file, source);
        try (RunningFunction function = start(handler, Map.of())) {
            assertThat(function.invoke("{}").posted().body()).isEqualTo("\"esm\"");
        }
    }

    @Test
    void loadsAModuleByItsPackage() throws Exception {
        write("package.json", "{\"type\":\"module\"}");
        write("index.js", "export const handler = async () => import.meta.url.slice(-8);");
        try (RunningFunction function = start("index.handler", Map.of())) {
            assertThat(function.invoke("{}").posted().body()).isEqualTo("\"index.js\"");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    async () => { throw new TypeError('bad'); }                 | TypeError | bad
                    () => { throw new RangeError('bad'); }                      | RangeError | bad
                    (event, context, callback) => callback(new Error('bad'))    | Error     | bad
                    (event, context, callback) => callback('just text')         | string    | just text
                    (event, context) => { context.fail(new Error('bad')); }     | Error     | bad
                    async () => { const a = {}; a.a = a; return a; }            | Runtime.MarshalError | Unable to stringify response body
                    async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 500)); } | Runtime.UnhandledPromiseRejection | Error: lost
                    async () => { setTimeout(() => { throw new Error('late'); }, 1); await new Promise((r) => setTimeout(r, 500)); } | Error | late
                    """)
    void reportsErrors(String handler, String type, String message) throws Exception {
        write("index.js", "exports.handler = " + handler + ";");
        try (RunningFunction function = start("index.handler", Map.of())) {
            Outcome outcome = function.invoke("{}");
            assertThat(outcome.isError()).isTrue();
            assertThat(outcome.json().get("errorType").asString()).isEqualTo(type);
            assertThat(outcome.json().get("errorMessage").asString()).isEqualTo(message);
            assertThat(outcome.json().get("trace").isArray()).isTrue();
            assertThat(outcome.posted().headers())
                    .containsEntry("lambda-runtime-function-error-type", type);
        }
    }

    @Test
    void logsAnErrorOnOneLineAndServesTheNext() throws Exception {
        write(
                "index.js",
                "exports.handler = async (event) => { if (event.bad)"
                        + " throw Object.assign(new Error('x'), {code: 'E1'}); return 1; };");
        try (RunningFunction function = start("index.handler", Map.of())) {
            Outcome failed = function.invoke("{\"bad\":true}");
            assertThat(failed.json().get("trace").get(0).asString()).isEqualTo("Error: x");
            assertThat(failed.json().get("trace").get(1).asString()).contains("index.js:1");
            assertThat(function.invoke("{}").posted().body()).isEqualTo("1");
            assertThat(function.printed())
                    .containsPattern(
                            "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\t00000000-0000-0000-0000-000000000001\tERROR"
                                    + "\tInvoke Error \t\\{\"errorType\":\"Error\",\"errorMessage\":\"x\",\"code\":\"E1\",\"stack\":\\[");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    index          | exports.handler = 1 | Runtime.MalformedHandlerName | Bad handler
                    ../index.x     | exports.handler = 1 | Runtime.MalformedHandlerName | '../index.x' is not a valid handler name.
                    index.nothing  | exports.handler = 1 | Runtime.HandlerNotFound | index.nothing is undefined or not exported
                    index.handler  | exports.handler = 1 | Runtime.HandlerNotFound | index.handler is not a function
                    none.handler   | exports.handler = 1 | Runtime.ImportModuleError | Error: Cannot find module 'none'
                    index.handler  | require('nowhere')  | Runtime.ImportModuleError | Error: Cannot find module 'nowhere'
                    index.handler  | exports.handler = { | Runtime.UserCodeSyntaxError | SyntaxError: Unexpected
                    index.handler  | throw new Error('i')| Error | i
                    """)
    void reportsInitErrors(String handler, String source, String type, String message)
            throws Exception {
        write("index.js", source);
        try (RunningFunction function = start(handler, Map.of())) {
            Outcome outcome = function.await();
            assertThat(outcome.posted().path()).isEqualTo("/2018-06-01/runtime/init/error");
            assertThat(outcome.json().get("errorType").asString()).isEqualTo(type);
            assertThat(outcome.json().get("errorMessage").asString()).startsWith(message);
            assertThat(function.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void logsThroughTheConsole() throws Exception {
        write(
                "index.js",
                "console.log('at init'); exports.handler = async () => {"
                        + " console.log('a %d', 1, {b: 2}); console.error('two\\nlines');"
                        + " console.warn('w'); console.debug('d'); };");
        try (RunningFunction function = start("index.handler", Map.of())) {
            function.invoke("{}");
            assertThat(function.printed())
                    .contains("Z\tundefined\tINFO\tat init\n")
                    .contains("\t00000000-0000-0000-0000-000000000001\tINFO\ta 1 { b: 2 }\n")
                    .contains("\tERROR\ttwo\rlines\n")
                    .contains("\tWARN\tw\n")
                    .contains("\tDEBUG\td\n");
        }
    }

    @Test
    void logsJsonWithTheLevelAsked() throws Exception {
        write(
                "index.js",
                "exports.handler = async () => { console.debug('unsaid'); console.info({k: 1});"
                        + " console.error('oops', new TypeError('t')); };");
        Map<String, String> json =
                Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "INFO");
        try (RunningFunction function = start("index.handler", json)) {
            function.invoke("{}");
            assertThat(function.printed())
                    .contains(
                            "\"level\":\"INFO\",\"requestId\":\"00000000-0000-0000-0000-000000000001\","
                                    + "\"message\":{\"k\":1}}")
                    .contains("\"errorType\":\"TypeError\",\"errorMessage\":\"t\",\"stackTrace\":[")
                    .doesNotContain("unsaid");
        }
    }

    @Test
    void sendsAResponseStreamWhole() throws Exception {
        write(
                "index.mjs",
                "export const handler = awslambda.streamifyResponse(async (event, stream) => {"
                        + " stream = awslambda.HttpResponseStream.from(stream, {statusCode: 201});"
                        + " stream.write('a'); setTimeout(() => { stream.write('b'); stream.end(); }, 5); });");
        try (RunningFunction function = start("index.handler", Map.of())) {
            Outcome outcome = function.invoke("{}");
            assertThat(outcome.posted().body())
                    .isEqualTo("{\"statusCode\":201}" + "\0".repeat(8) + "ab");
            assertThat(outcome.posted().headers())
                    .containsEntry(
                            "content-type", "application/vnd.awslambda.http-integration-response");
        }
    }

    @Test
    void startsPrepared() throws Exception {
        write("deps/dep/index.js", "module.exports = 7;");
        write(
                "index.js",
                "const dep = require('dep'); exports.handler = async () => [process.env.GREETING,"
                        + " process.env.CLOISTER_PREPARED === undefined, dep,"
                        + " new Date(0).getHours(), process.cwd() === process.env.LAMBDA_TASK_ROOT];");
        String root = taskRoot();
        try (RunningFunction function =
                RunningFunction.prepared(
                        launcher(),
                        task,
                        "index.handler",
                        Map.of(
                                "GREETING",
                                "hi",
                                "TZ",
                                "Asia/Tokyo",
                                "NODE_PATH",
                                root + "/deps",
                                "LAMBDA_TASK_ROOT",
                                root))) {
            assertThat(function.invoke("{}").posted().body()).isEqualTo("[\"hi\",true,7,9,true]");
        }
    }
}
