package dev.cloister.signer.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests an archive's entries, one after the other, in the order of the central directory. */
final class EntriesDigester {
    private static final String VERSION = "cloister-entries-1\n";

    private final MessageDigest content = sha384();
    private final MessageDigest entries = sha384();
    private final MessageDigest entry = sha384();
    private long size;

    EntriesDigester() {
        entries.update(VERSION.getBytes(StandardCharsets.US_ASCII));
    }

    void begin(String name, int unixMode) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        content.update(bytes);
        entries.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        entries.update(bytes);
        entries.update(ByteBuffer.allocate(Integer.BYTES).putInt(unixMode).flip());
        size = 0;
    }

    void update(byte[] buffer, int count) {
        content.update(buffer, 0, count);
        entry.update(buffer, 0, count);
        size += count;
    }

    void end() {
        entries.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
        entries.update(entry.digest());
    }

    ArchiveDigests digests() {
        HexFormat hex = HexFormat.of();
        return new ArchiveDigests(hex.formatHex(content.digest()), hex.formatHex(entries.digest()));
    }

    private static MessageDigest sha384() {
        try {
            return MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-384", e);
        }
    }
}
