package dev.cloister.keys;

import dev.cloister.keys.external.RootKeySeal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The text of a root key's file whose key is sealed by an outside one:
 *
 * <pre>
 * cloister sealed root key v1
 * id 0123456789abcdef
 * by /etc/cloister/root-key.conf     which key: its description's path
 * sealed BASE64
 * </pre>
 */
final class SealedRootKeyFile {
    private static final String FIRST_LINE = "cloister sealed root key v1";

    private final String id;
    private final Path by;
    private final byte[] sealed;

    private SealedRootKeyFile(String id, Path by, byte[] sealed) {
        this.id = id;
        this.by = by;
        this.sealed = sealed;
    }

    String id() {
        return id;
    }

    Path by() {
        return by;
    }

    static SealedRootKeyFile seal(RootKey key, Path by) {
        byte[] clear = key.bytes();
        try {
            return new SealedRootKeyFile(key.id(), by, RootKeySeal.of(by).seal(clear, key.id()));
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    static Optional<SealedRootKeyFile> parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 5
                || !lines[0].equals(FIRST_LINE)
                || !lines[1].matches("id [0-9a-f]{16}")
                || !lines[2].startsWith("by /")
                || !lines[3].startsWith("sealed ")) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new SealedRootKeyFile(
                            lines[1].substring(3),
                            Path.of(lines[2].substring(3)),
                            Base64.getDecoder().decode(lines[3].substring(7))));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    String text() {
        return "%s\nid %s\nby %s\nsealed %s\n"
                .formatted(FIRST_LINE, id, by, Base64.getEncoder().encodeToString(sealed));
    }

    RootKey open() {
        RootKeySeal seal = RootKeySeal.of(by);
        byte[] clear = seal.open(sealed, id);
        try {
            if (clear.length == RootKey.BYTES) {
                RootKey key = new RootKey(clear);
                if (key.id().equals(id)) {
                    return key;
                }
            }
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
        throw new RootKeyException(seal.description() + " opened something else than the root key");
    }

    SealedRootKeyFile resealed() {
        return new SealedRootKeyFile(id, by, RootKeySeal.of(by).reseal(sealed, id));
    }
}
