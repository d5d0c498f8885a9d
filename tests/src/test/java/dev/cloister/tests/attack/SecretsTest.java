package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.json.JsonMapper;

/** What the host has of environments: no secret in a file, numbers of users that differ. */
@ExtendWith(SharedInstallation.class)
final class SecretsTest {
    private final Installation installation;

    SecretsTest(Installation installation) {
        this.installation = installation;
    }

    /** Far longer than a search takes, so that the search ends while the function runs. */
    private static final int RUN_SECONDS = 30;

    /** While a function runs that was given secrets in every way, no file holds one. */
    @Test
    void nothingSecretIsInAFileInClear() throws Exception {
        Map<String, String> secrets = new HashMap<>();
        for (String way : List.of("variable", "code", "payload", "tmp", "log", "answer")) {
            secrets.put(way, way + "-" + UUID.randomUUID());
        }
        String source =
                """
                import os, time
                IN_CODE = '%s'
                def handler(event, context):
                    with open('/tmp/file', 'w') as f:
                        f.write(event['tmp'] * 1000); f.flush(); os.fsync(f.fileno())
                    print(event['log'])
                    end = time.time() + event['seconds']
                    while time.time() < end: time.sleep(0.05)
                    return [event['answer'], os.environ['AWS_SECRET_ACCESS_KEY'], os.environ['AWS_SESSION_TOKEN']]
                """
                        .formatted(secrets.get("code"));
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(
                                installation,
                                lambda,
                                source,
                                r ->
                                        r.timeout(2 * RUN_SECONDS)
                                                .environment(
                                                        e ->
                                                                e.variables(
                                                                        Map.of(
                                                                                "SECRET",
                                                                                secrets.get(
                                                                                        "variable")))));
                ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            String[] own = function.call(event(secrets, 0)).split("\"", -1);
            secrets.put("key", own[3]);
            secrets.put("token", own[5]);
            Future<String> running = other.submit(() -> function.call(event(secrets, RUN_SECONDS)));
            new ProcessBuilder("sync", "-f", installation.data().toString()).start().waitFor();
            assertThat(holding(secrets)).isEmpty();
            assertThat(running.isDone()).as("it was all while the function ran").isFalse();
            running.get();
        }
        assertThat(holding(secrets)).isEmpty();
    }

    private static String event(Map<String, String> secrets, int seconds) {
        Map<String, Object> event = new HashMap<>(secrets);
        event.keySet().removeAll(List.of("variable", "code", "key", "token"));
        event.put("seconds", seconds);
        return JsonMapper.shared().writeValueAsString(event);
    }

    /** What makes the test above one that can fail. */
    @Test
    void aSecretInAFileIsFound() throws IOException {
        String secret = "planted-" + UUID.randomUUID();
        Path file = installation.data().resolve("log/planted");
        Files.writeString(file, "x".repeat(200_000) + secret + "y");
        try {
            assertThat(holding(Map.of("it", secret))).containsExactly(file + " holds it");
        } finally {
            Files.delete(file);
        }
    }

    private List<String> holding(Map<String, String> secrets) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path top : List.of(installation.data(), Path.of("/run"), Path.of("/var/tmp"))) {
            Files.walkFileTree(
                    top,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes about)
                                throws IOException {
                            if (about.isRegularFile() && !isOlderOrNoFile(file)) {
                                search(file, secrets, found);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
        return found;
    }

    /** Images of runtimes are older than the function; names of network namespaces hold nothing. */
    private static boolean isOlderOrNoFile(Path file) {
        return file.startsWith(Installation.runtimes()) || file.startsWith("/run/netns");
    }

    private static void search(Path file, Map<String, String> secrets, List<String> found)
            throws IOException {
        int overlap = 4096;
        byte[] buffer = new byte[1 << 20];
        try (var in = Files.newInputStream(file)) {
            int kept = 0;
            int count;
            while ((count = in.readNBytes(buffer, kept, buffer.length - kept)) > 0) {
                String text = new String(buffer, 0, kept + count, StandardCharsets.ISO_8859_1);
                secrets.forEach(
                        (name, secret) -> {
                            if (text.contains(secret)) {
                                found.add(file + " holds " + name);
                            }
                        });
                int all = kept + count;
                kept = Math.min(overlap, all);
                System.arraycopy(buffer, all - kept, buffer, 0, kept);
            }
        } catch (java.nio.file.NoSuchFileException e) {
            return;
        }
    }

    @Test
    void environmentsHaveUsersOfTheirOwn() throws Exception {
        String source = "import time\ndef handler(e, c):\n    time.sleep(e)\n    return 1\n";
        try (LambdaClient lambda = installation.lambda();
                TestFunction one = TestFunction.python(installation, lambda, source);
                TestFunction two = TestFunction.python(installation, lambda, source)) {
            one.call("0");
            two.call("0");
            one.call("0");
            Map<String, Set<Integer>> users = users();
            assertThat(users).hasSizeGreaterThanOrEqualTo(2);
            List<Integer> all = users.values().stream().flatMap(Set::stream).toList();
            assertThat(all).as("each of one environment alone").doesNotHaveDuplicates();
            assertThat(all).allMatch(user -> user > 100_000);
        }
    }

    /** The host's numbers of the users whose processes are in each environment's cgroup. */
    private Map<String, Set<Integer>> users() throws IOException {
        String group =
                "/cloister-"
                        + Files.readString(installation.data().resolve("instance")).strip()
                        + "/";
        Map<String, Set<Integer>> users = new HashMap<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process :
                    processes.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String groups = Files.readString(process.resolve("cgroup"));
                    int at = groups.indexOf(group);
                    if (at >= 0) {
                        String environment =
                                groups.substring(at + group.length()).split("\n", 2)[0];
                        users.computeIfAbsent(environment, _ -> new HashSet<>())
                                .add((Integer) Files.getAttribute(process, "unix:uid"));
                    }
                } catch (IOException e) {
                    // It has ended between two reads.
                    assertThat(process.resolve("status")).doesNotExist();
                }
            }
        }
        return users;
    }

    /** Nothing of an environment may be written to swap: there it would be in clear. */
    @Test
    void environmentsAreNotSwapped() throws IOException {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(installation, lambda, "def handler(e, c): return 1")) {
            function.call("{}");
            String name =
                    "cloister-" + Files.readString(installation.data().resolve("instance")).strip();
            List<Path> settings = new ArrayList<>();
            for (Path top : List.of(Path.of("/sys/fs/cgroup/memory"), Path.of("/sys/fs/cgroup"))) {
                Path folder = top.resolve(name);
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.walk(folder, 2)) {
                        files.filter(f -> f.getNameCount() == folder.getNameCount() + 2)
                                .filter(
                                        f ->
                                                f.endsWith("memory.swappiness")
                                                        || f.endsWith("memory.swap.max"))
                                .forEach(settings::add);
                    }
                }
            }
            assertThat(settings).isNotEmpty();
            for (Path file : settings) {
                assertThat(file).content().isEqualTo("0\n");
            }
        }
    }
}
