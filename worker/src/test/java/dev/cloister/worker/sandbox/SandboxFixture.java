package dev.cloister.worker.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.linux.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What tests of sandboxes need: a small Debian root image, settings, a receiver of output. */
final class SandboxFixture {
    private static final Path FOLDER = Path.of("/var/tmp/cloister-sandbox-test");

    private SandboxFixture() {}

    /** Skips the test where sandboxes can't be made, saying why. */
    static void assumeHost() {
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(root, "needs root: namespaces, mounts and cgroups");
        assumeTrue(HostCapabilities.ociRuntime().isPresent(), "needs crun or runc");
        assumeTrue(Tool.find("mkfs.erofs").isPresent(), "needs erofs-utils");
        assumeTrue(
                Files.exists(FOLDER.resolve("root.erofs")) || Tool.find("mmdebstrap").isPresent(),
                "needs mmdebstrap");
    }

    static SandboxSettings settings(String identity) {
        return settings(identity, HostCapabilities.ociRuntime().orElse(Path.of("/usr/bin/crun")));
    }

    static SandboxSettings settings(String identity, Path ociRuntime) {
        SandboxSettings defaults =
                SandboxSettings.of(identity, FOLDER.resolve(identity), ociRuntime);
        return new SandboxSettings(
                identity,
                defaults.runFolder(),
                defaults.scratchFolder(),
                ociRuntime,
                defaults.firstHostUid(),
                100,
                8L << 30,
                2);
    }

    /** Debian's smallest system with bash and perl, built once on this host. */
    static Path rootImage() {
        Path image = FOLDER.resolve("root.erofs");
        if (!Files.exists(image)) {
            try {
                Files.createDirectories(FOLDER);
                Path system = FOLDER.resolve("system");
                run("mmdebstrap", "--variant=minbase", "trixie", system.toString());
                Files.createDirectories(system.resolve("var/task"));
                run("mkfs.erofs", "-zlz4", image.toString(), system.toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return image;
    }

    static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(String.join(" ", command), e);
        }
    }

    static Sandbox.Command shell(String script) {
        return new Sandbox.Command(
                List.of("/bin/bash", "-c", script), Map.of("PATH", "/usr/bin:/bin"), "/tmp");
    }

    /** Code with one file, {@code app.txt}. */
    static CodeImage code(Path folder, String digest, String content) throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree-" + digest));
        Files.writeString(tree.resolve("app.txt"), content);
        Path image = folder.resolve(digest + ".erofs");
        run("mkfs.erofs", "--quiet", image.toString(), tree.toString());
        return new CodeImage() {
            @Override
            public String digest() {
                return digest;
            }

            @Override
            public InputStream open() throws IOException {
                return Files.newInputStream(image);
            }
        };
    }

    /** Collects what a sandbox prints. */
    static final class Printed implements SandboxOutput {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();

        @Override
        public synchronized void accept(byte[] bytes) {
            all.writeBytes(bytes);
            notifyAll();
        }

        synchronized String text() {
            return all.toString(StandardCharsets.UTF_8);
        }

        /** Waits until {@code part} has been printed. */
        synchronized String await(String part) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!text().contains(part)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("never printed " + part + ", but: " + text());
                }
                wait(left);
            }
            return text();
        }
    }
}
