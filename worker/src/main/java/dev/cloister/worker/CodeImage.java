package dev.cloister.worker;

import java.io.IOException;
import java.io.InputStream;

/**
 * A time-limited permission to read one version's image (an erofs file). The worker keeps a
 * decrypted copy only on the encrypted scratch volume, by {@link #digest}, while environments use
 * it.
 */
public interface CodeImage {

    /** Names the content: equal digests mean equal images. Letters, digits, dots and dashes. */
    String digest();

    /**
     * The image's bytes, verified while they are read.
     *
     * @throws IOException if the content does not verify or the permission has expired
     */
    InputStream open() throws IOException;
}
