package dev.cloister.runtimes;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the programs of this host with which images are built: {@code mmdebstrap}, {@code
 * mkfs.erofs}, {@code npm}, {@code chroot}, {@code ldconfig}. Immutable.
 */
public final class HostTools {
    /** Where administration programs live although a user's PATH may leave them out. */
    private static final List<Path> SYSTEM_FOLDERS =
            List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin"), Path.of("/bin"));

    private final List<Path> folders;

    /**
     * @param folders searched in this order
     */
    public HostTools(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** The folders of the PATH variable, then the system's own. */
    public static HostTools onPath() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        List<Path> fromPath =
                Arrays.stream(path.split(File.pathSeparator, -1))
                        .filter(part -> !part.isEmpty())
                        .flatMap(part -> parse(part).stream())
                        .toList();
        return new HostTools(
                java.util.stream.Stream.concat(fromPath.stream(), SYSTEM_FOLDERS.stream())
                        .toList());
    }

    /** The program's file, if this host has it. */
    public Optional<Path> find(String program) {
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /**
     * The program's file.
     *
     * @throws RuntimeImageException if this host doesn't have it; the message names the Debian
     *     package that brings it
     */
    Path require(String program, String debianPackage) {
        return find(program)
                .orElseThrow(
                        () ->
                                new RuntimeImageException(
                                        "Runtime images are built with "
                                                + program
                                                + ", which was not found in "
                                                + folders
                                                + ". Install it: apt-get install "
                                                + debianPackage));
    }

    private static Optional<Path> parse(String folder) {
        try {
            return Optional.of(Path.of(folder));
        } catch (InvalidPathException notAFolder) {
            // A PATH entry that can't be a file name can't hold a program either.
            return Optional.empty();
        }
    }
}
