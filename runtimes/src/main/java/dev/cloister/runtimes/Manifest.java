package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is in an image, kept as {@code manifest.json} beside it.
 *
 * @param version for example {@code python:3.13.v1}
 * @param recipeDigest of the recipe that made it
 * @param imageSha256 of the erofs file
 * @param imageBytes its size
 * @param packages name and version, each name preceded by where it is from ({@code deb:}, {@code
 *     npm:})
 * @param command as in {@link RuntimeImage}, kept so that an old version starts as it was made to
 */
record Manifest(
        String runtime,
        String version,
        String recipeDigest,
        String imageSha256,
        long imageBytes,
        Instant created,
        Map<String, String> packages,
        List<String> command,
        Map<String, String> environment,
        boolean canPrepare) {
    static final String FILE_NAME = "manifest.json";

    /** What it is called while the version is being tried: no function finds it yet. */
    static final String UNTRIED_NAME = "manifest.untried.json";

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    Manifest {
        packages = Collections.unmodifiableMap(new TreeMap<>(packages));
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    void write(Path folder) throws IOException {
        write(folder, FILE_NAME);
    }

    void write(Path folder, String name) throws IOException {
        Files.write(folder.resolve(name), JSON.writeValueAsBytes(this));
    }

    /**
     * @throws RuntimeImageException if it can't be read or understood
     */
    static Manifest read(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        try {
            return JSON.readValue(Files.readAllBytes(file), Manifest.class);
        } catch (IOException | JacksonException e) {
            throw new RuntimeImageException(
                    "The manifest " + file + " can't be read. Delete " + folder + " to rebuild.",
                    e);
        }
    }
}
