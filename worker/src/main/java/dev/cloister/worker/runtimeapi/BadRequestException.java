package dev.cloister.worker.runtimeapi;

import java.io.IOException;

/** What came in is not a request that can be answered and followed by another. */
final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    /** As on the status line, for example {@code 400 Bad Request}. */
    private final String status;

    BadRequestException(String status, String message) {
        super(message);
        this.status = status;
    }

    static BadRequestException malformed(String message) {
        return new BadRequestException("400 Bad Request", message);
    }

    String status() {
        return status;
    }
}
