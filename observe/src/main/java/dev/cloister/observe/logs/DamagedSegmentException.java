package dev.cloister.observe.logs;

import java.io.IOException;

/** A segment's file is not one that this store wrote, or its header is damaged. */
final class DamagedSegmentException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedSegmentException(String message) {
        super(message);
    }
}
