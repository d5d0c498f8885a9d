package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.Installation.CommandResult;
import dev.cloister.tests.product.SharedInstallation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The AWS CLI as it is, against the started product: README's first function, and errors. */
@ExtendWith(SharedInstallation.class)
final class CommandLineTest {
    private final Installation installation;

    CommandLineTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void aFunctionFromCreationToDeletion(@TempDir Path folder) throws Exception {
        String name = "cli-" + UUID.randomUUID();
        Path zip = folder.resolve("f.zip");
        String source =
                """
                def handler(event, context):
                    print("seen by the log")
                    return {"hello": event["name"]}
                """;
        Files.write(zip, Archives.zip("index.py", source).asByteArray());

        JsonNode created =
                json(
                        installation.aws(
                                "lambda",
                                "create-function",
                                "--function-name",
                                name,
                                "--runtime",
                                "python3.13",
                                "--handler",
                                "index.handler",
                                "--role",
                                installation.role(),
                                "--zip-file",
                                "fileb://" + zip));
        assertThat(created.at("/State").asString()).isEqualTo("Pending");
        assertThat(created.at("/Timeout").asInt()).isEqualTo(3);
        assertThat(created.at("/MemorySize").asInt()).isEqualTo(128);
        installation.aws("lambda", "wait", "function-active-v2", "--function-name", name).checked();

        Path answer = folder.resolve("answer.json");
        JsonNode invoked =
                json(
                        installation.aws(
                                "lambda",
                                "invoke",
                                "--function-name",
                                name,
                                "--payload",
                                payload(folder, "{\"name\":\"world\"}"),
                                answer.toString()));
        assertThat(invoked.at("/StatusCode").asInt()).isEqualTo(200);
        assertThat(invoked.at("/ExecutedVersion").asString()).isEqualTo("$LATEST");
        assertThat(Files.readString(answer)).isEqualTo("{\"hello\": \"world\"}");

        assertThat(logOf(name))
                .contains("INIT_START Runtime Version: python:3.13", "START RequestId:")
                .contains("seen by the log", "END RequestId:", "REPORT RequestId:");

        installation
                .aws(
                        "lambda",
                        "update-function-configuration",
                        "--function-name",
                        name,
                        "--timeout",
                        "7")
                .checked();
        installation
                .aws("lambda", "wait", "function-updated-v2", "--function-name", name)
                .checked();
        JsonNode read = json(installation.aws("lambda", "get-function", "--function-name", name));
        assertThat(read.at("/Configuration/Timeout").asInt()).isEqualTo(7);
        assertThat(read.at("/Code/Location").asString()).startsWith("http://");

        installation.aws("lambda", "delete-function", "--function-name", name).checked();
        CommandResult gone = installation.aws("lambda", "get-function", "--function-name", name);
        assertThat(gone.status()).isNotZero();
        assertThat(gone.output())
                .contains("(ResourceNotFoundException)", "Function not found: arn:aws:lambda:");
    }

    @Test
    void theCallerIsTheRootOfTheAccount() {
        JsonNode identity = json(installation.aws("sts", "get-caller-identity"));
        String account = identity.at("/Account").asString();
        assertThat(account).matches("[0-9]{12}");
        assertThat(identity.at("/Arn").asString()).isEqualTo("arn:aws:iam::" + account + ":root");
    }

    @Test
    void anErrorReadsAsAmazons() {
        CommandResult missing =
                installation.aws("lambda", "invoke", "--function-name", "nobody", "/dev/null");
        assertThat(missing.output())
                .contains(
                        "An error occurred (ResourceNotFoundException) when calling the Invoke"
                                + " operation: Function not found: arn:aws:lambda:"
                                + installation.region()
                                + ":"
                                + installation.account()
                                + ":function:nobody:$LATEST");
    }

    /** The whole log; version 2 of the CLI has a command of its own for that. */
    private String logOf(String function) {
        String group = "/aws/lambda/" + function;
        boolean second = installation.aws("--version").checked().startsWith("aws-cli/2");
        return second
                ? installation.aws("logs", "tail", group, "--since", "5m").checked()
                : installation
                        .aws("logs", "filter-log-events", "--log-group-name", group)
                        .checked();
    }

    private static String payload(Path folder, String json) throws Exception {
        return "fileb://" + Files.writeString(folder.resolve("event.json"), json);
    }

    private static JsonNode json(CommandResult result) {
        return JsonMapper.shared().readTree(result.checked());
    }
}
