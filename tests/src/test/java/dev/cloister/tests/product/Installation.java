package dev.cloister.tests.product;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * One installation of Cloister in a data folder of its own, driven by the {@code cloister} command
 * as a user would drive it.
 */
public final class Installation implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private final Path data;
    private final int port;
    private final Optional<Path> sharedRuntimes;
    private Map<String, String> environment = Map.of();
    private Optional<Path> firstPrograms = Optional.empty();

    private Installation(Path data, int port, Optional<Path> sharedRuntimes) {
        this.data = data;
        this.port = port;
        this.sharedRuntimes = sharedRuntimes;
    }

    /** An installation in a new folder, started. */
    public static Installation start() {
        Installation installation = inNewFolder();
        installation.up();
        return installation;
    }

    /** An installation in a new folder, not started yet. */
    public static Installation inNewFolder() {
        return inNewFolder(Optional.of(runtimes()));
    }

    /** As {@link #inNewFolder}, with runtime images of its own in its data folder. */
    public static Installation withOwnRuntimes() {
        return inNewFolder(Optional.empty());
    }

    /** An installation in a folder that is there, such as a restored one; not started yet. */
    public static Installation inFolder(Path data) {
        try {
            return new Installation(data, freePort(), Optional.of(runtimes()));
        } catch (IOException e) {
            throw new IllegalStateException("finding a port", e);
        }
    }

    private static Installation inNewFolder(Optional<Path> sharedRuntimes) {
        try {
            return new Installation(
                    Files.createTempDirectory("cloister-test-"), freePort(), sharedRuntimes);
        } catch (IOException e) {
            throw new IllegalStateException("making a data folder", e);
        }
    }

    /** From the next command on, programs are looked for in this folder first. */
    public void preferPrograms(Optional<Path> folder) {
        firstPrograms = folder;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param options of {@code cloister up}, for example {@code --set KEY=VALUE}
     */
    public void up(String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("up", "--detach", "--port", Integer.toString(port)));
        arguments.addAll(List.of(options));
        CommandResult result = cloister(arguments.toArray(String[]::new));
        if (result.status() != 0) {
            throw new IllegalStateException(
                    "cloister up failed:\n" + result.output() + cloister("logs").output());
        }
        environment = readEnvironment();
    }

    public CommandResult down() {
        return cloister("down");
    }

    /** Runs {@code ./cloister SUBCOMMAND … --data DIR}. */
    public CommandResult cloister(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home().resolve("cloister").toString());
        command.addAll(List.of(arguments));
        command.add("--data");
        command.add(data.toString());
        Map<String, String> variables = new HashMap<>();
        // None at all means the data folder.
        variables.put("CLOISTER_RUNTIMES", sharedRuntimes.map(Path::toString).orElse(""));
        firstPrograms.ifPresent(
                folder -> variables.put("PATH", folder + ":" + System.getenv("PATH")));
        return run(command, variables, START_LIMIT);
    }

    /** Runs the AWS CLI against this installation. */
    public CommandResult aws(String... arguments) {
        return aws(Map.of(), arguments);
    }

    /** Runs the AWS CLI with further environment variables. */
    public CommandResult aws(Map<String, String> more, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add("aws");
        command.addAll(List.of(arguments));
        Map<String, String> variables = new HashMap<>(clientVariables());
        variables.putAll(more);
        return run(command, variables, Duration.ofMinutes(3));
    }

    /** Runs a Python script that finds this installation as Amazon's SDK for Python would. */
    public CommandResult python(Path script) {
        return python(Map.of(), script);
    }

    /**
     * Runs one of the tests' own scripts, which end with an exception at the first surprise.
     *
     * @param more further environment variables
     * @return the lines that it printed
     */
    public List<String> boto3(String name, Map<String, String> more) {
        return python(more, home().resolve("tests/src/test/resources/boto3").resolve(name))
                .checked()
                .lines()
                .toList();
    }

    private CommandResult python(Map<String, String> more, Path script) {
        Map<String, String> variables = new HashMap<>(clientVariables());
        variables.putAll(more);
        return run(List.of("python3", script.toString()), variables, Duration.ofMinutes(5));
    }

    /** What {@code cloister env} printed, and nothing of this machine's own AWS configuration. */
    Map<String, String> clientVariables() {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("AWS_PAGER", "");
        variables.put("AWS_CONFIG_FILE", "/nonexistent");
        variables.put("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
        variables.put("AWS_EC2_METADATA_DISABLED", "true");
        return variables;
    }

    public LambdaClient lambda() {
        return client(LambdaClient.builder());
    }

    public CloudWatchLogsClient logs() {
        return client(CloudWatchLogsClient.builder());
    }

    public KmsClient kms() {
        return client(KmsClient.builder());
    }

    public SecretsManagerClient secrets() {
        return client(SecretsManagerClient.builder());
    }

    public SsmClient ssm() {
        return client(SsmClient.builder());
    }

    public StsClient sts() {
        return client(StsClient.builder());
    }

    /** With buckets in the path: not every host resolves names below localhost. */
    public S3Client s3() {
        return client(S3Client.builder().forcePathStyle(true));
    }

    private <B extends AwsSyncClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(
            AwsSyncClientBuilder<B, C> builder) {
        @SuppressWarnings("unchecked") // every service's builder is its own B
        software.amazon.awssdk.awscore.client.builder.AwsClientBuilder<?, C> common =
                (software.amazon.awssdk.awscore.client.builder.AwsClientBuilder<?, C>) builder;
        builder.httpClientBuilder(Apache5HttpClient.builder().socketTimeout(Duration.ofMinutes(5)));
        common.endpointOverride(endpoint());
        common.region(Region.of(variable("AWS_DEFAULT_REGION")));
        common.credentialsProvider(
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(
                                variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"))));
        return common.build();
    }

    public URI endpoint() {
        return URI.create(variable("AWS_ENDPOINT_URL"));
    }

    public String region() {
        return variable("AWS_DEFAULT_REGION");
    }

    public String account() {
        try (StsClient sts = sts()) {
            return sts.getCallerIdentity(r -> {}).account();
        }
    }

    /** The role of every new account, which most functions of the tests run under. */
    public String role() {
        return "arn:aws:iam::" + account() + ":role/lambda_basic_execution";
    }

    public Path data() {
        return data;
    }

    public int port() {
        return port;
    }

    /** The server's process id. */
    public long processId() {
        try {
            return Long.parseLong(Files.readString(data.resolve("run/pid")).strip());
        } catch (IOException e) {
            throw new IllegalStateException("reading the process id", e);
        }
    }

    /** A variable that {@code cloister env} printed. */
    public String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalStateException("cloister env did not print " + name);
        }
        return value;
    }

    private Map<String, String> readEnvironment() {
        Map<String, String> variables = new HashMap<>();
        CommandResult result = cloister("env");
        for (String line : result.output().split("\n", -1)) {
            if (line.startsWith("export ")) {
                String[] pair = line.substring("export ".length()).split("=", 2);
                variables.put(pair[0], pair[1].replaceAll("^['\"]|['\"]$", ""));
            }
        }
        return Map.copyOf(variables);
    }

    /** Ends it; a folder is deleted only when nothing of its installation is left. */
    @Override
    public void close() {
        down().checked();
        deleteRecursively(data);
    }

    /** The repository's root, whatever folder the tests run in. */
    public static Path home() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("cloister"))
                    && Files.isDirectory(at.resolve("api"))) {
                return at;
            }
        }
        throw new IllegalStateException(
                "no cloister command above " + Path.of("").toAbsolutePath());
    }

    /** Runtime images, shared by the tests' installations: each is built once. */
    public static Path runtimes() {
        String chosen = System.getenv("CLOISTER_RUNTIMES");
        return chosen == null ? home().resolve("tests/target/runtimes") : Path.of(chosen);
    }

    static CommandResult run(List<String> command, Map<String, String> variables, Duration limit) {
        try {
            File output = File.createTempFile("cloister-test-", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(home().toFile())
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(output);
            builder.environment().putAll(variables);
            Process process = builder.start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "took longer than " + limit + ": " + command + "\n" + read(output));
            }
            String text = read(output);
            Files.delete(output.toPath());
            return new CommandResult(process.exitValue(), text);
        } catch (IOException e) {
            throw new IllegalStateException("running " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    private static String read(File file) throws IOException {
        return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void deleteRecursively(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new IllegalStateException("deleting " + folder, e);
        }
    }

    /** A command's exit status and what it printed. */
    public record CommandResult(int status, String output) {
        /** The output, if the command succeeded. */
        public String checked() {
            if (status != 0) {
                throw new IllegalStateException("exit status " + status + ":\n" + output);
            }
            return output.strip();
        }
    }
}
