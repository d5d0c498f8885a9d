package dev.cloister.observe.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.ApiServer;
import dev.cloister.api.ApiSettings;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.observe.LogSettings;
import dev.cloister.observe.logs.LogSchema;
import dev.cloister.observe.logs.SegmentedLogStore;
import dev.cloister.observe.logs.TestKeys;
import dev.cloister.observe.logs.TestStore;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The AWS CLI against the service on the edge: what goes over the wire is what clients expect. */
@EnabledIf("hasCli")
final class AwsCliTest {
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    @TempDir Path folder;

    private SqliteDatabase database;
    private SegmentedLogStore store;
    private ApiServer server;

    @BeforeEach
    void start() {
        database = new SqliteDatabase(folder.resolve("state.db"), List.of(LogSchema.MIGRATION));
        store =
                new SegmentedLogStore(
                        folder.resolve("logs"),
                        database,
                        new TestKeys(),
                        LogSettings.defaults(),
                        InstantSource.system());
        Principal root =
                new Principal(TestStore.ACCOUNT, "arn:aws:iam::123456789012:root", "1", KEY);
        server =
                new ApiServer(
                        ApiSettings.loopback(0),
                        key ->
                                Optional.of(
                                        new SigningCredential(
                                                root, new SecretText(SECRET), Optional.empty())),
                        InstantSource.system(),
                        List.of(LogsService.definition(store, InstantSource.system())),
                        List.of());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
        database.close();
    }

    static boolean hasCli() {
        try {
            return new ProcessBuilder("aws", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void groupsStreamsAndEventsGoThroughTheCli() throws Exception {
        String now = Long.toString(System.currentTimeMillis());
        assertThat(aws("create-log-group", "--log-group-name", "/aws/lambda/f", "--tags", "a=b"))
                .isEqualTo("0");
        assertThat(aws("create-log-group", "--log-group-name", "/aws/lambda/f"))
                .contains("(ResourceAlreadyExistsException)")
                .contains("The specified log group already exists");
        aws("create-log-stream", "--log-group-name", "/aws/lambda/f", "--log-stream-name", "s");
        assertThat(
                        aws(
                                "put-log-events",
                                "--log-group-name",
                                "/aws/lambda/f",
                                "--log-stream-name",
                                "s",
                                "--log-events",
                                "timestamp=" + now + ",message=héllo"))
                .contains("nextSequenceToken");
        store.open(TestStore.ACCOUNT, TestStore.REGION, "/aws/lambda/f", "2026/05/05/[$LATEST]ab")
                .append(
                        List.of(
                                new dev.cloister.observe.LogStore.LogEvent(
                                        java.time.Instant.now(), "{\"level\":\"ERROR\"}")));
        assertThat(
                        aws(
                                "get-log-events",
                                "--log-group-name",
                                "/aws/lambda/f",
                                "--log-stream-name",
                                "s",
                                "--output",
                                "json"))
                .contains("\"timestamp\": " + now)
                .contains("nextForwardToken");
        assertThat(
                        aws(
                                "filter-log-events",
                                "--log-group-name",
                                "/aws/lambda/f",
                                "--filter-pattern",
                                "{ $.level = \"ERROR\" }",
                                "--interleaved"))
                .contains("\"searchedLogStreams\": []")
                .contains("2026/05/05/[$LATEST]ab")
                .doesNotContain("llo");
        assertThat(
                        aws(
                                "describe-log-streams",
                                "--log-group-name",
                                "/aws/lambda/f",
                                "--order-by",
                                "LastEventTime",
                                "--descending"))
                .contains("\"storedBytes\": 0")
                .contains("log-stream:s");
        aws(
                "put-retention-policy",
                "--log-group-name",
                "/aws/lambda/f",
                "--retention-in-days",
                "7");
        assertThat(aws("describe-log-groups", "--log-group-name-prefix", "/aws"))
                .contains("\"retentionInDays\": 7")
                .contains("arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:*");
        assertThat(
                        aws(
                                "list-tags-for-resource",
                                "--resource-arn",
                                "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f"))
                .contains("\"a\": \"b\"");
        assertThat(aws("delete-log-group", "--log-group-name", "/aws/lambda/f")).isEqualTo("0");
        assertThat(aws("filter-log-events", "--log-group-name", "/aws/lambda/f"))
                .contains("(ResourceNotFoundException)")
                .contains("The specified log group does not exist.");
    }

    /** Output and errors, then the exit code. */
    private String aws(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "aws",
                                "--endpoint-url",
                                "http://127.0.0.1:" + server.port(),
                                "logs"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "AWS_ACCESS_KEY_ID",
                                KEY,
                                "AWS_SECRET_ACCESS_KEY",
                                SECRET,
                                "AWS_DEFAULT_REGION",
                                "us-east-1",
                                "PYTHONUTF8",
                                "1"));
        int code = builder.start().waitFor();
        return Files.readString(output, StandardCharsets.UTF_8) + code;
    }
}
