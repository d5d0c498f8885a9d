package dev.cloister.server.admin;

import java.io.IOException;

/** The running server's refusal of a request on the admin socket, in its own words. */
public final class AdminRefusalException extends IOException {
    private static final long serialVersionUID = 1L;

    AdminRefusalException(String message) {
        super(message);
    }
}
