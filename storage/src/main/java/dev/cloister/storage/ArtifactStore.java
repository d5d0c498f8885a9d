package dev.cloister.storage;

import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

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
    void put(ArtifactId id, KeyRef key, InputStream content) throws IOException;

    /**
     * The content, decrypted and verified while it is read.
     *
     * @throws CorruptArtifactException from {@code read} when a chunk fails its check: nothing of
     *     that chunk has been returned
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(ArtifactId id) throws IOException;

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
