package dev.cloister.server.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the installation's root key is.
 *
 * @param sealedBy the description of the outside key that seals it; none for a file
 */
public record KeySettings(Optional<Path> sealedBy) {}
