package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * File system encryption (Linux's fscrypt, policies of version 2: AES-256-XTS for contents,
 * AES-256-CTS for names) with keys that exist only in the kernel's memory.
 */
public final class Fscrypt {
    private static final int KEY_BYTES = 64;
    private static final int IDENTIFIER_BYTES = 16;
    private static final int SPECIFIER_IDENTIFIER = 2;
    private static final long ADD_ENCRYPTION_KEY = 0xC0506617L;
    private static final long REMOVE_ENCRYPTION_KEY = 0xC0406618L;
    private static final long SET_ENCRYPTION_POLICY = 0x800C6613L;
    private static final int ADD_SIZE = 80;
    private static final int REMOVE_SIZE = 64;
    private static final int IDENTIFIER_OFFSET = 8;
    private static final int RAW_SIZE_OFFSET = 40;
    private static final int STATUS_FLAGS_OFFSET = 40;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Fscrypt() {}

    /** Names a key that the kernel holds. */
    public static final class Key {
        private final byte[] identifier;

        private Key(byte[] identifier) {
            this.identifier = identifier;
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(identifier);
        }
    }

    /**
     * Makes a random key and gives it to a mounted file system; nobody else ever has it.
     *
     * @param volume any folder of the file system
     */
    public static Key addRandomKey(Fd volume) {
        // SAFETY: struct fscrypt_add_key_arg (80 bytes) followed by raw_size bytes of the key. The
        // kernel writes the identifier into it. Both copies of the key are overwritten after.
        byte[] raw = new byte[KEY_BYTES];
        RANDOM.nextBytes(raw);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(ADD_SIZE + KEY_BYTES, 8);
            argument.set(ValueLayout.JAVA_INT, 0, SPECIFIER_IDENTIFIER);
            argument.set(ValueLayout.JAVA_INT, RAW_SIZE_OFFSET, KEY_BYTES);
            MemorySegment.copy(raw, 0, argument, ValueLayout.JAVA_BYTE, ADD_SIZE, KEY_BYTES);
            try {
                volume.ioctl("Add an encryption key", ADD_ENCRYPTION_KEY, argument);
                return new Key(
                        argument.asSlice(IDENTIFIER_OFFSET, IDENTIFIER_BYTES)
                                .toArray(ValueLayout.JAVA_BYTE));
            } finally {
                argument.fill((byte) 0);
            }
        } finally {
            java.util.Arrays.fill(raw, (byte) 0);
        }
    }

    /** Has everything that is made in an empty folder encrypted. */
    public static void encrypt(Path folder, Key key) {
        // SAFETY: struct fscrypt_policy_v2, 24 bytes: version, two modes, flags, 4 reserved, key.
        try (Fd fd = Fd.open(folder.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment policy = arena.allocate(24, 8);
            policy.set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
            policy.set(ValueLayout.JAVA_BYTE, 1, (byte) 1);
            policy.set(ValueLayout.JAVA_BYTE, 2, (byte) 4);
            MemorySegment.copy(
                    key.identifier, 0, policy, ValueLayout.JAVA_BYTE, 8, IDENTIFIER_BYTES);
            fd.ioctl("Encrypt " + folder, SET_ENCRYPTION_POLICY, policy);
        }
    }

    /**
     * Destroys a key: what was encrypted with it can't be read again.
     *
     * @return false if files are still open; the key itself is gone, the caller tries again to have
     *     the files' own keys go too
     */
    public static boolean removeKey(Fd volume, Key key) {
        // SAFETY: struct fscrypt_remove_key_arg, 64 bytes.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(REMOVE_SIZE, 8);
            argument.set(ValueLayout.JAVA_INT, 0, SPECIFIER_IDENTIFIER);
            MemorySegment.copy(
                    key.identifier,
                    0,
                    argument,
                    ValueLayout.JAVA_BYTE,
                    IDENTIFIER_OFFSET,
                    IDENTIFIER_BYTES);
            try {
                volume.ioctl("Remove an encryption key", REMOVE_ENCRYPTION_KEY, argument);
            } catch (LinuxException e) {
                // ENOKEY: removed already, with its files' keys.
                if (e.errno() == 126) {
                    return true;
                }
                throw e;
            }
            return argument.get(ValueLayout.JAVA_INT, STATUS_FLAGS_OFFSET) == 0;
        }
    }
}
