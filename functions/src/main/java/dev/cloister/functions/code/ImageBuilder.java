package dev.cloister.functions.code;

import java.io.IOException;
import java.nio.file.Path;

/** Packs a folder as one file that an environment mounts. Thread-safe. */
public interface ImageBuilder {

    /**
     * Writes {@code image} from the content of {@code folder}; equal content gives equal bytes.
     *
     * @throws IOException if it can't; the message says what was tried and what came out
     * @throws InterruptedException if the thread was interrupted; no process is left behind
     */
    void build(Path folder, Path image) throws IOException, InterruptedException;
}
