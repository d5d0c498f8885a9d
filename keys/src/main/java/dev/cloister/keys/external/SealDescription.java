package dev.cloister.keys.external;

import dev.cloister.keys.RootKeyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file that describes an outside key: lines {@code name = value}, comments after {@code #},
 * readable by its owner alone. Its values are in no message.
 */
final class SealDescription {
    private static final long MOST_BYTES = 64 << 10;
    private static final List<PosixFilePermission> OTHERS =
            List.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final Map<String, String> entries;

    private SealDescription(Path file, Map<String, String> entries) {
        this.file = file;
        this.entries = Map.copyOf(entries);
    }

    static SealDescription read(Path file) {
        Map<String, String> entries = new HashMap<>();
        int number = 0;
        for (String line : readPrivate(file).lines().toList()) {
            number++;
            String text = line.strip();
            int equals = text.indexOf('=');
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            if (equals < 1) {
                throw new RootKeyException(
                        "%s, line %d: expected NAME = VALUE".formatted(file, number));
            }
            String name = text.substring(0, equals).strip();
            if (entries.put(name, text.substring(equals + 1).strip()) != null) {
                throw new RootKeyException(
                        "%s, line %d: %s is there twice".formatted(file, number, name));
            }
        }
        return new SealDescription(file, entries);
    }

    /** The text of a file that holds or names secrets. */
    static String readPrivate(Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            if (OTHERS.stream().anyMatch(mode::contains)) {
                throw new RootKeyException(
                        "others than its owner may use %s: chmod 600 %s".formatted(file, file));
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new RootKeyException(file + " is larger than 64 KiB");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new RootKeyException("could not read %s: %s".formatted(file, e), e);
        }
    }

    String required(String name) {
        return optional(name).orElseThrow(() -> wrong(name, "is missing"));
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(entries.get(name)).filter(value -> !value.isEmpty());
    }

    /** The content of another private file that this one names. */
    String secret(String name) {
        return readPrivate(file.toAbsolutePath().resolveSibling(required(name))).strip();
    }

    Optional<Path> path(String name) {
        return optional(name).map(text -> file.toAbsolutePath().resolveSibling(text));
    }

    RootKeyException wrong(String name, String how) {
        return new RootKeyException("%s: %s %s".formatted(file, name, how));
    }
}
