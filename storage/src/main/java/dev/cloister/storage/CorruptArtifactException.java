package dev.cloister.storage;

import java.io.IOException;

/** A stored artifact is not what was written: changed, cut short, or put together anew. */
public final class CorruptArtifactException extends IOException {
    private static final long serialVersionUID = 1L;

    public CorruptArtifactException(String message) {
        super(message);
    }

    public CorruptArtifactException(String message, Throwable cause) {
        super(message, cause);
    }
}
