package dev.cloister.keys;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an installation's root key is.
 *
 * @param file the root key's file: it holds the key itself, or the key sealed by an outside one
 * @param sealedBy the description of the outside key that shall seal it ({@link
 *     dev.cloister.keys.external.RootKeySeal#of}); none for a file that holds the key itself
 */
public record RootKeyPlace(Path file, Optional<Path> sealedBy) {
    public RootKeyPlace {
        sealedBy = sealedBy.map(path -> path.toAbsolutePath().normalize());
    }

    /** A file that holds the key itself. */
    public static RootKeyPlace of(Path file) {
        return new RootKeyPlace(file, Optional.empty());
    }
}
