package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Mounts;
import dev.cloister.worker.linux.NamespaceThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder in memory under which everything of the sandboxes is mounted.
 *
 * <p>It is mounted in the mount threads' namespace, so a file in it has two names: {@link #inside}
 * for mounts and for the programs started there, {@link #view} for this process's other threads.
 * Never swapped out, since it holds environment variables for a moment.
 */
final class RunFolder implements AutoCloseable {
    private final NamespaceThreads threads;
    private final Path folder;
    private final Fd top;

    RunFolder(NamespaceThreads threads, Path folder) {
        this.threads = threads;
        this.folder = folder;
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new SandboxException("Making the run folder " + folder + " failed", e);
        }
        this.top =
                threads.inMounts(
                        () -> {
                            mountMemory(folder, "mode=0711");
                            return Fd.open(folder.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY);
                        });
    }

    /** A tmpfs that is never swapped out; before Linux 6.4 a ramfs, which never is either. */
    private static void mountMemory(Path place, String options) {
        int flags = Mounts.NO_SUID | Mounts.NO_DEV;
        try {
            Mounts.mount("cloister", place, "tmpfs", flags, options + ",noswap");
        } catch (LinuxException e) {
            Mounts.mount("cloister", place, "ramfs", flags, options);
        }
        // What is mounted below must not propagate unless its own folder says so.
        Mounts.makePrivate(place);
    }

    /** As the mount threads and the programs that they start name it. */
    Path inside(String... names) {
        return Path.of(folder.toString(), names);
    }

    /** As everybody else in this process names it. */
    Path view(String... names) {
        return Path.of(top.path().toString(), names);
    }

    /** Makes a folder that everybody may read. */
    void makeFolder(String... names) {
        try {
            Path made = Files.createDirectories(view(names));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new SandboxException("Making the folder " + inside(names) + " failed", e);
        }
    }

    /** Removes a folder with what is in it, if it is there. */
    void delete(String... names) {
        delete(view(names));
    }

    static void delete(Path root) {
        if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new SandboxException("Deleting " + root + " failed", e);
        }
    }

    @Override
    public void close() {
        top.close();
        threads.runInMounts(() -> Mounts.detach(folder));
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new SandboxException("Deleting the run folder " + folder + " failed", e);
        }
    }
}
