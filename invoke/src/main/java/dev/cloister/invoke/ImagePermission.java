package dev.cloister.invoke;

import dev.cloister.functions.VersionSnapshot;
import dev.cloister.worker.CodeImage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A worker's permission to decrypt one image while it makes one environment ("Security Overview of
 * AWS Lambda": workers get access to a function's artifacts for a limited time only). Whoever keeps
 * it longer has nothing. Thread-safe.
 */
final class ImagePermission implements CodeImage {
    /** An image of 250 MB is copied in seconds; a busy disk may take longer. */
    static final Duration VALID = Duration.ofMinutes(2);

    private final VersionSnapshot.Code code;
    private final InstantSource clock;
    private final Instant until;

    ImagePermission(VersionSnapshot.Code code, InstantSource clock) {
        this.code = code;
        this.clock = clock;
        this.until = clock.instant().plus(VALID);
    }

    @Override
    public String digest() {
        return code.digest();
    }

    @Override
    public InputStream open() throws IOException {
        if (!clock.instant().isBefore(until)) {
            throw new IOException(
                    "the permission to read image %s ended at %s".formatted(code.digest(), until));
        }
        return code.open();
    }
}
