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

/** What AWS documents and does for Ruby handlers. */
@SuppressWarnings("NullAway.Init")
abstract class RubySemantics {
    @TempDir Path task;

    abstract Launcher launcher();

    String taskRoot() {
        return task.toString();
    }

    private RunningFunction start(String source, String handler, Map<String, String> variables)
            throws IOException {
        Files.writeString(task.resolve("app.rb"), source);
        return new RunningFunction(launcher(), task, handler, variables);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    event                          | {"a":[1,"é",null]}
                    nil                            | null
                    'text'                         | "text"
                    context.function_name          | "hello"
                    context.memory_limit_in_mb     | "256"
                    context.aws_request_id.length  | 36
                    context.get_remaining_time_in_millis > 20000 | true
                    context.client_context         | null
                    ENV['_X_AMZN_TRACE_ID']        | null
                    Dir.pwd == ENV['LAMBDA_TASK_ROOT'] | true
                    """)
    void returns(String expression, String expected) throws Exception {
        String source = "def handler(event:, context:)\n  " + expression + "\nend\n";
        try (RunningFunction function = start(source, "app.handler", Map.of())) {
            Outcome outcome = function.invoke("{\"a\":[1,\"é\",null]}");
            assertThat(outcome.posted().body()).isEqualTo(expected);
        }
    }

    @Test
    void callsAMethodOfAModule() throws Exception {
        String source =
                "module Shop\n class Order\n  def self.run(event:, context:)\n   6\n  end\n end\nend\n";
        try (RunningFunction function = start(source, "app.Shop::Order.run", Map.of())) {
            assertThat(function.invoke("{}").posted().body()).isEqualTo("6");
        }
    }

    @Test
    void reportsAnExceptionAndServesTheNext() throws Exception {
        String source =
                """
                def handler(event:, context:)
                  raise 'bad' if event['bad']
                  1
                end
                """;
        try (RunningFunction function = start(source, "app.handler", Map.of())) {
            Outcome failed = function.invoke("{\"bad\":true}");
            assertThat(failed.json().get("errorMessage").asString()).isEqualTo("bad");
            assertThat(failed.json().get("errorType").asString())
                    .isEqualTo("Function<RuntimeError>");
            assertThat(failed.json().get("stackTrace").size()).isEqualTo(1);
            assertThat(failed.json().get("stackTrace").get(0).asString()).contains("app.rb:2:in");
            assertThat(function.invoke("{}").posted().body()).isEqualTo("1");
            assertThat(function.printed())
                    .contains("Error raised from handler method\r{\"errorMessage\":\"bad\"");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    app         | x = 1              | Runtime.MalformedHandlerName
                    app.nothing | x = 1              | Runtime.HandlerNotFound
                    app.No.way  | x = 1              | Runtime.HandlerNotFound
                    none.x      | x = 1              | Runtime.ImportModuleError
                    app.handler | require 'nowhere'  | Init<LoadError>
                    app.handler | def (              | Runtime.UserCodeSyntaxError
                    app.handler | raise 'at init'    | Init<RuntimeError>
                    app.handler | unknown_thing      | Init<NameError>
                    """)
    void reportsInitErrors(String handler, String source, String type) throws Exception {
        try (RunningFunction function = start(source, handler, Map.of())) {
            Outcome outcome = function.await();
            assertThat(outcome.posted().path()).isEqualTo("/2018-06-01/runtime/init/error");
            assertThat(outcome.json().get("errorType").asString()).isEqualTo(type);
            assertThat(function.exitStatus()).isEqualTo(1);
        }
    }

    @Test
    void logsThroughTheLogger() throws Exception {
        String source =
                """
                require 'logger'
                def handler(event:, context:)
                  puts 'put'
                  Logger.new($stdout).info("two\\nlines")
                end
                """;
        try (RunningFunction function = start(source, "app.handler", Map.of())) {
            function.invoke("{}");
            assertThat(function.printed())
                    .startsWith("put\nI, [")
                    .contains("]  INFO 00000000-0000-0000-0000-000000000001 -- : two\rlines\n");
        }
    }

    @Test
    void logsJsonWithTheLevelAsked() throws Exception {
        String source =
                """
                def handler(event:, context:)
                  logger = Logger.new($stdout)
                  logger.info('said')
                  logger.debug('unsaid')
                end
                """;
        Map<String, String> json =
                Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "INFO");
        try (RunningFunction function = start(source, "app.handler", json)) {
            function.invoke("{}");
            assertThat(function.printed())
                    .contains(
                            "\"level\":\"INFO\",\"message\":\"said\",\"requestId\":\"00000000-0000-0000-0000-000000000001\"}")
                    .doesNotContain("unsaid");
        }
    }

    @Test
    void startsPrepared() throws Exception {
        Files.writeString(
                task.resolve("app.rb"),
                "def handler(event:, context:)\n"
                        + "  [ENV['GREETING'], ENV.key?('CLOISTER_PREPARED'), Time.at(0).hour, Dir.pwd =="
                        + " ENV['LAMBDA_TASK_ROOT']]\nend\n");
        try (RunningFunction function =
                RunningFunction.prepared(
                        launcher(),
                        task,
                        "app.handler",
                        Map.of(
                                "GREETING", "hi",
                                "TZ", "Asia/Tokyo",
                                "LAMBDA_TASK_ROOT", taskRoot()))) {
            assertThat(function.invoke("{}").posted().body()).isEqualTo("[\"hi\",false,9,true]");
        }
    }
}
