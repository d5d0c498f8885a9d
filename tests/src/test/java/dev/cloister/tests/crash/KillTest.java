package dev.cloister.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/** {@code kill -9} of the server under writes and invokes, at a moment that a seed chooses. */
final class KillTest {
    private static final int ROUNDS = 3;
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(3);

    private final Acknowledged acknowledged = new Acknowledged();
    private final Installation installation = Installation.inNewFolder();

    @BeforeEach
    void start() {
        installation.up();
    }

    @AfterEach
    void end() {
        installation.close();
    }

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Load.prepare(installation, acknowledged);
        Credentials session = session();
        for (int round = 0; round < ROUNDS; round++) {
            Duration life = Duration.ofMillis(random.nextInt((int) LONGEST_LIFE.toMillis()));
            Leftovers host = new Leftovers(installation);
            List<Path> before = killUnderLoad(round, life, host);
            installation.up();

            String when = "seed " + seed + ", round " + round + ", killed after " + life;
            assertThat(host.processes()).as(when).doesNotContainAnyElementsOf(before);
            acknowledged.verify(installation, when);
            assertThat(accountOf(session)).as(when).isEqualTo(installation.account());
        }
    }

    @Test
    void downAfterAKillLeavesNothing() throws Exception {
        Load.prepare(installation, acknowledged);
        Leftovers host = new Leftovers(installation);
        invoke();
        List<String> namespaces = host.networkNamespaces();
        kill();

        assertThat(host.found(namespaces)).containsKey(Leftovers.Kind.CGROUP);
        assertThat(installation.down().status()).isZero();
        assertThat(host.found(namespaces)).isEmpty();
    }

    /**
     * Everything that is looked for is found while the product runs, and nothing once it has ended.
     */
    @Test
    void downLeavesNothing() {
        Load.prepare(installation, acknowledged);
        Leftovers host = new Leftovers(installation);
        invoke();
        List<String> namespaces = host.networkNamespaces();

        assertThat(host.found(namespaces)).containsOnlyKeys(Leftovers.Kind.values());
        assertThat(installation.down().status()).isZero();
        assertThat(host.found(namespaces)).isEmpty();
    }

    /** What the commands look for themselves: {@code down} says when something of it stays. */
    @Test
    void downSaysWhatItCouldNotRemove() throws Exception {
        Leftovers host = new Leftovers(installation);
        assertThat(installation.down().status()).isZero();
        String instance = Files.readString(installation.data().resolve("instance")).strip();
        Path foreign = Path.of("/run/cloister", instance, "foreign");
        Files.createDirectories(foreign);
        try {
            Installation.CommandResult down = installation.down();

            assertThat(down.status()).isEqualTo(1);
            assertThat(down.output()).contains("folder /run/cloister/" + instance);
            assertThat(host.found(List.of())).containsOnlyKeys(Leftovers.Kind.RUN_FOLDER);
        } finally {
            Files.delete(foreign);
            Files.delete(foreign.getParent());
        }
    }

    /** Returns the processes that the killed server had. */
    private List<Path> killUnderLoad(int round, Duration life, Leftovers host) throws Exception {
        List<Path> processes = new java.util.ArrayList<>();
        new Load(installation, acknowledged, round)
                .runUntil(
                        () -> {
                            // The moment of the kill is what varies, not a wait for something.
                            Thread.sleep(life);
                            processes.addAll(host.processes());
                            kill();
                        });
        assertThat(processes).hasSizeGreaterThan(1);
        return processes;
    }

    private void kill() throws Exception {
        ProcessHandle server = ProcessHandle.of(installation.processId()).orElseThrow();
        server.destroyForcibly();
        server.onExit().get(10, TimeUnit.SECONDS);
        assertThatThrownBy(this::invoke).isInstanceOf(RuntimeException.class);
    }

    private void invoke() {
        try (LambdaClient lambda = installation.lambda()) {
            var _ =
                    lambda.invoke(
                            r -> r.functionName("echo").payload(SdkBytes.fromUtf8String("1")));
        }
    }

    private Credentials session() {
        try (StsClient sts = installation.sts()) {
            return sts.getSessionToken(r -> {}).credentials();
        }
    }

    /** Calls the API with temporary credentials. */
    private String accountOf(Credentials session) {
        try (StsClient sts =
                StsClient.builder()
                        .endpointOverride(installation.endpoint())
                        .region(Region.of(installation.region()))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsSessionCredentials.create(
                                                session.accessKeyId(),
                                                session.secretAccessKey(),
                                                session.sessionToken())))
                        .build()) {
            return sts.getCallerIdentity(r -> {}).account();
        }
    }
}
