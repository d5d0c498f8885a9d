package dev.cloister.server.command;

/** {@code --output}. */
enum OutputFormat {
    text,
    json
}
