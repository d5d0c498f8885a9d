package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a runtime image's own command in the image, in a mount namespace of its own, so that nothing
 * stays mounted. Not a sandbox: only for functions that a test wrote.
 */
final class ImageLauncher implements Launcher {
    private static final String SCRIPT =
            """
            set -e
            mount -t erofs -o ro "$1" "$2"
            mount --bind "$3" "$2/var/task"
            mount -t proc proc "$2/proc"
            mount -t tmpfs tmp "$2/tmp"
            mount --rbind /dev "$2/dev"
            root=$2
            shift 3
            exec chroot "$root" /usr/bin/env -i "$@"
            """;

    private final RuntimeImage image;
    private final Path mountPoint;

    ImageLauncher(RuntimeImage image, Path mountPoint) throws IOException {
        this.image = image;
        this.mountPoint = Files.createDirectories(mountPoint);
    }

    @Override
    public Process start(Path task, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("unshare", "--mount", "sh", "-c", SCRIPT, "sh"));
        command.add(image.file().toString());
        command.add(mountPoint.toString());
        command.add(task.toString());
        image.environment().forEach((name, value) -> command.add(name + "=" + value));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(image.command());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
