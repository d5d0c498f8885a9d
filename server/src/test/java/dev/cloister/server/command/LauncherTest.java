package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher script answers without starting Java. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../cloister").toAbsolutePath().normalize();

    @TempDir Path folder;

    @Test
    void itsVersionIsTheProjects() throws Exception {
        assertThat(run("version").output()).matches("cloister [0-9].*\n");
        assertThat(run("version", "--output", "json").output()).matches("\\{\"version\":\".+\"}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "status",
                "env",
                "accounts",
                "logs",
                "doctor",
                "test",
                "version"
            })
    void everySubcommandHasHelp(String name) throws Exception {
        Run run = run(name, "--help");
        assertThat(run.output()).contains("Usage: cloister " + name);
        assertThat(run.status()).isEqualTo(ExitCode.OK);
        assertThat(run("--help").output()).contains("  " + name + " ");
    }

    @Test
    void wrongUsageIsToldWithItsExitCode() throws Exception {
        assertThat(run("dance"))
                .isEqualTo(
                        new Run(
                                ExitCode.USAGE,
                                "cloister: there is no subcommand 'dance'\ncloister: try '"
                                        + LAUNCHER
                                        + " --help'\n"));
        assertThat(run("down", "--now").status()).isEqualTo(ExitCode.USAGE);
        assertThat(run("env", "--output", "xml").status()).isEqualTo(ExitCode.USAGE);
        assertThat(run("logs", "--folow").status()).isEqualTo(ExitCode.USAGE);
        assertThat(run("version", "--data").status()).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "env", "accounts", "logs"})
    void withoutAServerItSaysSo(String name) throws Exception {
        Run run = run(name, "--data", folder.toString());
        assertThat(run.output()).contains("server").contains(folder.toString());
        assertThat(run.status()).isEqualTo(ExitCode.NOT_RUNNING);
    }

    @Test
    void downIsContentWhenNothingRuns() throws Exception {
        assertThat(run("down", "--data", folder.toString()).status()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aProcessThatTookADeadServersNumberIsNotTheServer() throws Exception {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(folder.resolve("run/pid"), ProcessHandle.current().pid() + "\n");

        assertThat(run("status", "--data", folder.toString()).status())
                .isEqualTo(ExitCode.NOT_RUNNING);
        assertThat(run("down", "--data", folder.toString()).output())
                .contains("No server runs on " + folder);
    }

    @Test
    void envPrintsLinesThatAShellCanEvaluate() throws Exception {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(folder.resolve("run/ready"), "x\n");
        Files.writeString(
                folder.resolve("credentials"),
                """
                AWS_ENDPOINT_URL=http://127.0.0.1:4566
                AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
                AWS_SECRET_ACCESS_KEY=a+b/c=$(touch x)
                AWS_DEFAULT_REGION=eu-west-1
                CLOISTER_ACCOUNT_ID=000000000000
                """);

        Run evaluated =
                shell(
                        "eval \"$('%s' env --data '%s')\"; echo \"$AWS_ENDPOINT_URL $AWS_REGION $AWS_SECRET_ACCESS_KEY\""
                                .formatted(LAUNCHER, folder));
        assertThat(evaluated.output())
                .isEqualTo("http://127.0.0.1:4566 eu-west-1 a+b/c=$(touch x)\n");
        assertThat(run("env", "--output=json", "--data=" + folder).output())
                .contains("\"AWS_ACCESS_KEY_ID\":\"AKIAIOSFODNN7EXAMPLE\"");
    }

    private record Run(int status, String output) {}

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    private Run shell(String script) throws IOException, InterruptedException {
        return execute(List.of("bash", "-c", script));
    }

    private Run execute(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("CLOISTER_HOME", folder.resolve("home").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output);
    }
}
