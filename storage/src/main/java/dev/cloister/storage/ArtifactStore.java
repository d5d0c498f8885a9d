package dev.cloister.storage;

import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * Encrypted files that are written once: code archives and images. Each is stored in chunks under
 * AES-256-GCM with a data key of its own; reading verifies every chunk, its place and the length.
 * Thread-safe.
 */
public interface ArtifactStore {

    /**
     * Stores the content of a stream; durable when it returns.
     *
     * @param id names it; {@code [a-zA-Z0-9._-]+}, at most 128 characters; storing an id again
     *     replaces it
     */
    default void put(ArtifactId id, KeyRef key, InputStream content) throws IOException {
        put(id, key, Map.of(), content);
    }

    /**
     * As {@link #put(ArtifactId, KeyRef, InputStream)}.
     *
     * @param context of encryption besides the artifact's name; opening has to give the same
     */
    void put(ArtifactId id, KeyRef key, Map<String, String> context, InputStream content)
            throws IOException;

    /**
     * The content, decrypted and verified while it is read.
     *
     * @throws CorruptArtifactException from {@code read} when a chunk fails its check: nothing of
     *     that chunk has been returned
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    default InputStream open(ArtifactId id) throws IOException {
        return open(id, Map.of());
    }

    /** As {@link #open(ArtifactId)}, of what was stored with more encryption context. */
    InputStream open(ArtifactId id, Map<String, String> context) throws IOException;

    /** Removes it; no error if there is none. */
    void delete(ArtifactId id) throws IOException;

    /** All ids, for garbage collection. */
    java.util.List<ArtifactId> list() throws IOException;

    /** The folder that holds the encrypted files. */
    Path folder();

    /** The name of an artifact. */
    record ArtifactId(String value) {
        public ArtifactId {
            if (!value.matches("[a-zA-Z0-9._-]{1,128}") || value.startsWith(".")) {
                throw new IllegalArgumentException("not an artifact id: " + value);
            }
        }
    }
}
