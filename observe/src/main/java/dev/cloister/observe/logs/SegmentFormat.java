package dev.cloister.observe.logs;

import java.nio.charset.StandardCharsets;

/**
 * The segment file.
 *
 * <pre>
 * file  := magic(8) wrappedLength(4) wrappedKey chunk*
 * chunk := header(56) nonce(12) ciphertext tag(16)
 * text  := record*                          what the ciphertext holds, all of one stream
 * record:= millis(8) ingestionMillis(8) sequence(8) length(4) utf8
 * </pre>
 *
 * Numbers are big-endian. Each chunk is sealed with AES-256-GCM under the segment's own data key
 * and a random nonce (NIST SP 800-38D, 8.2.2: at most 2^32 of them under a key; a segment has far
 * fewer), with magic, group, segment and chunk header as additional data: a chunk can't be moved to
 * another place, stream, segment or group. The data key is wrapped under the account's {@code
 * alias/aws/logs}, bound to the group's ARN and the segment.
 *
 * <p>Appending may stop anywhere. What follows the last whole, authentic chunk of the segment that
 * was being written is cut when its group is next used. Damage before that point loses the chunk it
 * is in, which readers are told; damage to a chunk's header loses the rest of the segment.
 */
final class SegmentFormat {
    static final int MAGIC_BYTES = 8;
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;
    static final int RECORD_BYTES = 28;

    /** Above what a full stream buffer with one largest event more can be. */
    static final int MOST_CHUNK_BYTES = 16 << 20;

    static final int MOST_WRAPPED_KEY_BYTES = 8 << 10;

    private static final byte[] MAGIC = "CLOGSEG2".getBytes(StandardCharsets.US_ASCII);

    private SegmentFormat() {}

    static byte[] magic() {
        return MAGIC.clone();
    }
}
