package dev.cloister.functions.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers come together as a model of them does, and never write through a link. */
class MergePropertyTest {
    private static final String FOLDER = "folder";

    @TempDir Path folder;
    private Path outside = Path.of("");
    private CodePackager packager;
    private final Map<String, String> built = new TreeMap<>();

    @BeforeEach
    void start() throws IOException {
        outside = Files.createDirectory(folder.resolve("outside"));
        packager =
                new CodePackager(
                        folder.resolve("work"),
                        (tree, image) -> {
                            built.clear();
                            walk(tree, built);
                            Files.writeString(image, built.toString());
                        });
    }

    @Test
    void laterLayersStandBeforeEarlierOnes() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<String, String> model = new TreeMap<>();
            List<CodePackager.ZipSource> zips = new ArrayList<>();
            for (int layer = 0; layer < 1 + random.nextInt(4); layer++) {
                Map<String, String> entries = entries(random, layer);
                zips.add(source(zip(entries)));
                merge(model, entries);
            }
            try (PackedImage image = packager.buildLayers(zips)) {
                assertThat(image.size()).isPositive();
            }
            assertThat(built).as("seed %d", seed).isEqualTo(model);
        }
        assertThat(outside).isEmptyDirectory();
    }

    /** Entries of one layer: a path is a file, or below a path that is none. */
    private static Map<String, String> entries(Random random, int layer) {
        Map<String, String> entries = new TreeMap<>();
        // An archive without entries is refused.
        entries.put("own" + layer, FOLDER);
        for (int i = 0; i < random.nextInt(6); i++) {
            StringBuilder path = new StringBuilder("abc".substring(0, 1 + random.nextInt(2)));
            for (int depth = random.nextInt(3); depth > 0; depth--) {
                path.append('/').append("xyz".charAt(random.nextInt(3)));
            }
            String made = path.toString();
            boolean fits =
                    entries.keySet().stream()
                            .noneMatch(
                                    other ->
                                            other.equals(made)
                                                    || other.startsWith(made + "/")
                                                    || made.startsWith(other + "/"));
            if (fits) {
                entries.put(
                        made,
                        switch (random.nextInt(4)) {
                            case 0 -> FOLDER;
                            // Inside as written; where it leads must never be written to.
                            case 1 -> "link " + "../".repeat(made.split("/").length - 1) + "a";
                            default -> "file " + layer + random.nextInt();
                        });
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, String> entries) {
        Zips zip = new Zips();
        entries.forEach(
                (path, what) -> {
                    Zips _ =
                            what.equals(FOLDER)
                                    ? zip.folder(path)
                                    : what.startsWith("link ")
                                            ? zip.link(path, what.substring(5))
                                            : zip.file(path, 0100644, what);
                });
        return zip.bytes();
    }

    private static CodePackager.ZipSource source(byte[] zip) {
        return () -> new java.io.ByteArrayInputStream(zip);
    }

    private static void merge(Map<String, String> model, Map<String, String> layer) {
        layer.forEach(
                (path, what) -> {
                    for (int slash = path.indexOf('/');
                            slash > 0;
                            slash = path.indexOf('/', slash + 1)) {
                        model.put(path.substring(0, slash), FOLDER);
                    }
                    if (!what.equals(FOLDER)) {
                        model.keySet().removeIf(other -> other.startsWith(path + "/"));
                    }
                    model.put(path, what);
                });
    }

    private static void walk(Path tree, Map<String, String> into) throws IOException {
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path found, BasicFileAttributes attributes) {
                        if (!found.equals(tree)) {
                            into.put(tree.relativize(found).toString(), FOLDER);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path found, BasicFileAttributes attributes)
                            throws IOException {
                        into.put(
                                tree.relativize(found).toString(),
                                attributes.isSymbolicLink()
                                        ? "link " + Files.readSymbolicLink(found)
                                        : Files.readString(found, StandardCharsets.UTF_8));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Test
    void writesNothingThroughALinkOfAnEarlierLayer() throws Exception {
        byte[] links =
                new Zips()
                        .file("real/kept", 0100644, "kept")
                        .link("python", "/opt/real")
                        .link("kept", "real/kept")
                        .bytes();
        byte[] writer =
                new Zips()
                        .file("python/kept", 0100644, "evil")
                        .file("kept", 0100644, "new")
                        .bytes();

        try (PackedImage image = packager.buildLayers(List.of(source(links), source(writer)))) {
            assertThat(Files.exists(image.file(), LinkOption.NOFOLLOW_LINKS)).isTrue();
        }

        assertThat(built)
                .containsEntry("real/kept", "kept")
                .containsEntry("python/kept", "evil")
                .containsEntry("kept", "new")
                .hasSize(5);
    }
}
