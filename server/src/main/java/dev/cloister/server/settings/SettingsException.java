package dev.cloister.server.settings;

import java.util.List;

/** The configuration can't be used; the message has one line per problem, with where it stands. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
