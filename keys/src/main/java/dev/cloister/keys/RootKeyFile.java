package dev.cloister.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The file of the root key: mode 0600, owned by the user that runs the platform, three lines of
 * ASCII, each ended by a line feed:
 *
 * <pre>
 * cloister root key v1
 * id 0123456789abcdef     the key's id, from which nothing of the key follows
 * key 64 hexadecimal digits: 32 random bytes
 * </pre>
 */
final class RootKeyFile {
    private static final String FIRST_LINE = "cloister root key v1";
    private static final int SIZE = FIRST_LINE.length() + 1 + 3 + 16 + 1 + 4 + 64 + 1;

    private static final int MOST_BYTES = 64 << 10;

    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.complementOf(
                    EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    private RootKeyFile() {}

    /** Makes the file with a new key; it is there whole, and durable, or not at all. */
    static RootKey create(Path file, SecureRandom random, Optional<Path> sealedBy) {
        byte[] bytes = new byte[RootKey.BYTES];
        random.nextBytes(bytes);
        RootKey key = new RootKey(bytes);
        String text =
                sealedBy.map(by -> SealedRootKeyFile.seal(key, by).text())
                        .orElseGet(
                                () ->
                                        "%s\nid %s\nkey %s\n"
                                                .formatted(
                                                        FIRST_LINE,
                                                        key.id(),
                                                        HexFormat.of().formatHex(bytes)));
        try {
            write(file, text);
            return key;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static void write(Path file, String text) {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
        try {
            Files.deleteIfExists(unfinished);
            writeDurably(unfinished, text.getBytes(StandardCharsets.US_ASCII));
            // link(2) fails where a rename would silently put a new key in place of an old one.
            Files.createLink(file, unfinished);
            Files.delete(unfinished);
            syncFolder(file);
        } catch (FileAlreadyExistsException e) {
            throw new RootKeyException(
                    "the root key file " + file + " appeared while it was being made", e);
        } catch (IOException e) {
            throw new RootKeyException("could not make the root key file " + file + ": " + e, e);
        }
    }

    /**
     * Puts {@code next} in the place of {@code file}, which stays under a name with its id.
     *
     * @return where the old one is now
     */
    static Path replace(Path file, String oldId, Path next) {
        Path retired = file.resolveSibling(file.getFileName() + ".retired-" + oldId);
        try {
            Files.deleteIfExists(retired); // of an attempt that was cut off
            Files.createLink(retired, file);
            syncFolder(file);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            syncFolder(file);
            return retired;
        } catch (IOException e) {
            throw new RootKeyException(
                    "could not put the new root key %s in the place of %s; the next start does it: %s"
                            .formatted(next, file, e),
                    e);
        }
    }

    /** Seals the key anew by the same outside key; the file is the old or the new one. */
    static void reseal(Path file) {
        SealedRootKeyFile old =
                sealed(file)
                        .orElseThrow(
                                () ->
                                        new RootKeyException(
                                                "no outside key seals the root key in " + file));
        Path fresh = file.resolveSibling(file.getFileName() + ".resealed");
        try {
            Files.deleteIfExists(fresh);
            writeDurably(fresh, old.resealed().text().getBytes(StandardCharsets.US_ASCII));
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            syncFolder(file);
        } catch (IOException e) {
            throw new RootKeyException("could not write " + file + ": " + e, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.delete(file);
            syncFolder(file);
        } catch (IOException e) {
            throw new RootKeyException("could not delete the root key file " + file + ": " + e, e);
        }
    }

    private static void writeDurably(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void syncFolder(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The key; of one that is sealed, the outside key is asked. */
    static RootKey read(Path file) {
        String text = text(file);
        Optional<SealedRootKeyFile> sealed = SealedRootKeyFile.parse(text);
        if (sealed.isPresent()) {
            return sealed.get().open();
        }
        if (text.length() != SIZE) {
            throw damaged(file, "it has %d bytes instead of %d".formatted(text.length(), SIZE));
        }
        return parse(file, text);
    }

    /** The key's id, for which nobody is asked. */
    static String id(Path file) {
        String text = text(file);
        return SealedRootKeyFile.parse(text)
                .map(SealedRootKeyFile::id)
                .orElseGet(() -> parse(file, text).id());
    }

    /** The outside key that seals it, if one does. */
    static Optional<SealedRootKeyFile> sealed(Path file) {
        return SealedRootKeyFile.parse(text(file));
    }

    private static String text(Path file) {
        try {
            requirePrivate(file);
            if (Files.size(file) > MOST_BYTES) {
                throw damaged(file, "it has more than %d bytes".formatted(MOST_BYTES));
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new RootKeyException("could not read the root key file " + file + ": " + e, e);
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RootKeyException(file + " is not a file: the root key is expected there");
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        Object owner = Files.getAttribute(file, "unix:uid");
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!owner.equals(self)) {
            throw new RootKeyException(
                    ("the root key file %s belongs to user %s and this process runs as user %s:"
                                    + " run it as that user, or chown the data folder")
                            .formatted(file, owner, self));
        }
        for (PosixFilePermission permission : OTHERS) {
            if (mode.contains(permission)) {
                throw new RootKeyException(
                        ("the root key file %s has mode %s: others may have read it. Allow its"
                                        + " owner alone (chmod 600 %s), and think of who had access")
                                .formatted(file, PosixFilePermissions.toString(mode), file));
            }
        }
    }

    private static RootKey parse(Path file, String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 4
                || !lines[0].equals(FIRST_LINE)
                || !lines[1].matches("id [0-9a-f]{16}")
                || !lines[2].matches("key [0-9a-f]{64}")
                || !lines[3].isEmpty()) {
            throw damaged(file, "it does not have the form of a root key file of version 1");
        }
        RootKey key = new RootKey(HexFormat.of().parseHex(lines[2].substring(4)));
        if (!key.id().equals(lines[1].substring(3))) {
            throw damaged(file, "the key and its id do not go together");
        }
        return key;
    }

    private static RootKeyException damaged(Path file, String how) {
        return new RootKeyException(
                "the root key file %s is damaged: %s. Restore it from a backup: without it, what is encrypted stays so for ever"
                        .formatted(file, how));
    }
}
