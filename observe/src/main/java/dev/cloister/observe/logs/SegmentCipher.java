package dev.cloister.observe.logs;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Seals and opens one segment's chunks. Confined to one thread at a time. */
final class SegmentCipher {
    private static final int TAG_BITS = SegmentFormat.TAG_BYTES * 8;
    private static final int AAD_BYTES =
            SegmentFormat.MAGIC_BYTES + 2 * Long.BYTES + ChunkHeader.BYTES;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final Cipher cipher;
    private final long groupId;
    private final long segmentId;

    SegmentCipher(byte[] key, long groupId, long segmentId) {
        this.key = new SecretKeySpec(key, "AES");
        Arrays.fill(key, (byte) 0);
        this.groupId = groupId;
        this.segmentId = segmentId;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM/NoPadding", e);
        }
    }

    /** The whole chunk, ready to be written. */
    byte[] seal(ChunkHeader header, byte[] text, int length) {
        ByteBuffer chunk =
                ByteBuffer.allocate(
                        ChunkHeader.BYTES + SegmentFormat.NONCE_BYTES + header.length());
        header.write(chunk);
        byte[] nonce = new byte[SegmentFormat.NONCE_BYTES];
        random.nextBytes(nonce);
        chunk.put(nonce);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(additionalData(header));
            cipher.doFinal(ByteBuffer.wrap(text, 0, length), chunk);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to seal a chunk", e);
        }
        return chunk.array();
    }

    /**
     * The text of a chunk, or empty if the chunk is not what was written.
     *
     * @param body nonce and ciphertext
     */
    Optional<EventRecords> open(ChunkHeader header, byte[] body) {
        try {
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    key,
                    new GCMParameterSpec(TAG_BITS, body, 0, SegmentFormat.NONCE_BYTES));
            cipher.updateAAD(additionalData(header));
            byte[] text =
                    cipher.doFinal(
                            body,
                            SegmentFormat.NONCE_BYTES,
                            body.length - SegmentFormat.NONCE_BYTES);
            return Optional.of(new EventRecords(header.streamId(), text, text.length));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to open a chunk", e);
        }
    }

    private byte[] additionalData(ChunkHeader header) {
        ByteBuffer data = ByteBuffer.allocate(AAD_BYTES);
        data.put(SegmentFormat.magic()).putLong(groupId).putLong(segmentId);
        header.write(data);
        return data.array();
    }
}
