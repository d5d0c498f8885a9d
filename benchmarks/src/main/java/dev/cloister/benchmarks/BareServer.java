package dev.cloister.benchmarks;

import dev.cloister.runtimes.RuntimeImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * The baseline: the same handler behind a bare HTTP server, run by the interpreter of the runtime
 * image (chroot into it, in a mount namespace that dies with the process), without isolation.
 */
final class BareServer implements AutoCloseable {
    private static final String SCRIPT =
            """
            set -e
            mount -t erofs -o ro,loop "$1" "$2"
            mount --bind "$3" "$2/var/task"
            mount -t proc proc "$2/proc"
            mount --bind /dev "$2/dev"
            image=$2; shift 3
            exec chroot "$image" "$@"
            """;

    private final Process process;
    private final int port;

    BareServer(Language language, RuntimeImage image) {
        try {
            Path folder = Files.createTempDirectory("cloister-baseline-");
            Path task = Files.createDirectory(folder.resolve("task"));
            Path root = Files.createDirectory(folder.resolve("root"));
            source(language, task);
            this.port = freePort();
            List<String> command =
                    new ArrayList<>(
                            List.of("unshare", "-m", "--propagation", "private", "sh", "-c"));
            command.addAll(List.of(SCRIPT, "sh", image.file().toString(), root.toString()));
            command.add(task.toString());
            command.add(interpreter(image));
            command.addAll(language.baselineArguments());
            command.add(Integer.toString(port));
            this.process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            awaitListening();
        } catch (IOException e) {
            throw new IllegalStateException("starting the baseline of " + language, e);
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Where every image of a language keeps its interpreter. */
    private static String interpreter(RuntimeImage image) {
        return switch (image.runtime().family()) {
            case PYTHON -> "/var/lang/bin/python3";
            case NODEJS -> "/var/lang/bin/node";
            case JAVA -> "/var/lang/bin/java";
            case RUBY -> "/var/lang/bin/ruby";
            case PROVIDED -> "/bin/sh";
        };
    }

    private static void source(Language language, Path folder) throws IOException {
        Path file = folder.resolve(language.baseline());
        try (InputStream in =
                BareServer.class.getResourceAsStream("/baseline/" + language.baseline())) {
            if (in == null) {
                throw new IOException("no baseline " + language.baseline());
            }
            Files.copy(in, file);
        }
        if (language == Language.JAVA) {
            int status =
                    ToolProvider.getSystemJavaCompiler()
                            .run(null, null, null, "-d", folder.toString(), file.toString());
            if (status != 0) {
                throw new IOException("compiling " + file);
            }
        }
    }

    private void awaitListening() throws IOException {
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.contains("listening")) {
            throw new IOException("the baseline did not start: " + line);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
