package dev.cloister.server.admin;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One line of JSON from the client.
 *
 * @param command {@code status}, one of the account commands, or an {@link AdminCommand}'s name
 * @param argument what the command is about: an account's name or id
 * @param arguments of an {@link AdminCommand}, by name
 */
record AdminRequest(
        String command, Optional<String> argument, Optional<Map<String, String>> arguments) {
    AdminRequest {
        command = Objects.requireNonNullElse(command, "");
        arguments = arguments.map(Map::copyOf);
    }

    AdminRequest(String command, Optional<String> argument) {
        this(command, argument, Optional.empty());
    }

    static final String STATUS = "status";
    static final String ACCOUNTS = "accounts";
    static final String CREATE_ACCOUNT = "create-account";
    static final String ACCOUNT_CREDENTIALS = "account-credentials";

    /** The longest line that either side reads: a status of many thousand environments. */
    static final int MAXIMUM_ANSWER_BYTES = 64 << 20;

    static final int MAXIMUM_REQUEST_BYTES = 4096;
}
