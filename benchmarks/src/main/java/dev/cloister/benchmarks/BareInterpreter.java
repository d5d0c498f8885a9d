package dev.cloister.benchmarks;

import dev.cloister.runtimes.RuntimeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts the interpreter of a runtime image without any isolation but a chroot, runs one statement
 * and ends; timed inside one shell, so that mounting the image is not counted.
 */
final class BareInterpreter {
    private static final String SCRIPT =
            """
            set -e
            mount -t erofs -o ro,loop "$1" "$2"
            mount -t proc proc "$2/proc"
            mount --bind /dev "$2/dev"
            image=$2; rounds=$3; shift 3
            for round in $(seq "$rounds"); do
                before=$(date +%s%N)
                chroot "$image" "$@" > /dev/null
                echo $(($(date +%s%N) - before))
            done
            """;

    private BareInterpreter() {}

    static double medianStartMillis(RuntimeImage image, int rounds) {
        try {
            Path root = Files.createTempDirectory("cloister-bare-");
            Process process =
                    new ProcessBuilder(
                                    concat(
                                            List.of(
                                                    "unshare",
                                                    "-m",
                                                    "--propagation",
                                                    "private",
                                                    "bash",
                                                    "-c",
                                                    SCRIPT,
                                                    "bash",
                                                    image.file().toString(),
                                                    root.toString(),
                                                    Integer.toString(rounds)),
                                            statement(image)))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            List<Double> millis =
                    process.inputReader()
                            .lines()
                            .map(nanos -> Long.parseLong(nanos.strip()) / 1e6)
                            .toList();
            Files.delete(root);
            if (millis.size() != rounds) {
                throw new IOException("the interpreter of " + image.version() + " did not run");
            }
            return Table.median(millis);
        } catch (IOException e) {
            throw new IllegalStateException("timing a bare interpreter", e);
        }
    }

    private static List<String> statement(RuntimeImage image) {
        return switch (image.runtime().family()) {
            case PYTHON -> List.of("/var/lang/bin/python3", "-c", "pass");
            case NODEJS -> List.of("/var/lang/bin/node", "-e", "0");
            case JAVA -> List.of("/var/lang/bin/java", "-XX:+UseSerialGC", "-version");
            case RUBY -> List.of("/var/lang/bin/ruby", "-e", "nil");
            case PROVIDED -> List.of("/bin/bash", "-c", "curl --version");
        };
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> all = new java.util.ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
