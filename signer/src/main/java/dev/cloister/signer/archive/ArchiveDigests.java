package dev.cloister.signer.archive;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a signature covers of an archive, as two SHA-384 digests of 96 hex digits each; see
 * docs/code-signing.md.
 *
 * @param content of every entry's name and bytes, one after the other, as AWS Signer does it
 * @param entries of every entry's name, mode, size and content's digest, each behind its length, so
 *     that no two archives share it
 */
public record ArchiveDigests(String content, String entries) {
    private static final int LENGTH = 48;
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{96}");

    public ArchiveDigests {
        if (!HEX.matcher(content).matches() || !HEX.matcher(entries).matches()) {
            throw new IllegalArgumentException("a SHA-384 digest has 96 hex digits");
        }
    }

    /** The digests as SignPayload takes them: content's bytes, then entries'. */
    public byte[] toBytes() {
        return HexFormat.of().parseHex(content + entries);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it has another length
     */
    public static ArchiveDigests of(byte[] bytes) {
        if (bytes.length != 2 * LENGTH) {
            throw new IllegalArgumentException(
                    "two SHA-384 digests have %d bytes, not %d"
                            .formatted(2 * LENGTH, bytes.length));
        }
        HexFormat hex = HexFormat.of();
        return new ArchiveDigests(
                hex.formatHex(bytes, 0, LENGTH), hex.formatHex(bytes, LENGTH, 2 * LENGTH));
    }

    byte[] contentBytes() {
        return HexFormat.of().parseHex(content);
    }

    byte[] entriesBytes() {
        return HexFormat.of().parseHex(entries);
    }
}
