package dev.cloister.server.admin;

import java.util.Objects;

/**
 * One line of JSON from the client.
 *
 * @param command {@code status}
 */
record AdminRequest(String command) {
    AdminRequest {
        command = Objects.requireNonNullElse(command, "");
    }

    static final String STATUS = "status";

    /** The longest line that either side reads: a status of many thousand environments. */
    static final int MAXIMUM_ANSWER_BYTES = 64 << 20;

    static final int MAXIMUM_REQUEST_BYTES = 4096;
}
