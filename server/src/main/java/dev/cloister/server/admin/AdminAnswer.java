package dev.cloister.server.admin;

import java.util.Optional;

/**
 * One line of JSON from the server.
 *
 * @param status present after {@code status}
 * @param error present when the request was refused
 */
record AdminAnswer(Optional<Status> status, Optional<String> error) {

    static AdminAnswer of(Status status) {
        return new AdminAnswer(Optional.of(status), Optional.empty());
    }

    static AdminAnswer refused(String error) {
        return new AdminAnswer(Optional.empty(), Optional.of(error));
    }
}
