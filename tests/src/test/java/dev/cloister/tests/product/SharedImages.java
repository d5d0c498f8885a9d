package dev.cloister.tests.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runtime images that the tests' installations share. */
public final class SharedImages {
    private SharedImages() {}

    /**
     * Saves a build where the shared folder has an image.
     *
     * @param to a runtime's folder in an installation that has images of its own
     */
    public static void copyNewest(String runtime, Path to) throws IOException {
        Path from = Installation.runtimes().resolve(runtime);
        if (!Files.isDirectory(from)) {
            return;
        }
        Optional<Path> newest;
        try (Stream<Path> versions = Files.list(from)) {
            newest =
                    versions.filter(v -> Files.exists(v.resolve("manifest.json")))
                            .max(Comparator.comparingInt(SharedImages::number));
        }
        if (newest.isPresent()) {
            Path version = to.resolve(newest.get().getFileName());
            Files.createDirectories(version);
            for (String file : List.of("image.erofs", "manifest.json")) {
                Files.copy(newest.get().resolve(file), version.resolve(file));
            }
        }
    }

    private static int number(Path version) {
        return Integer.parseInt(version.getFileName().toString().substring(1));
    }
}
