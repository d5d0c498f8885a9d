package dev.cloister.keys.managed;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * What a symmetric key encrypted: version 1 (1 byte), key id (16), material id (32), then the
 * cipher's own bytes. The first 49 are authenticated by them.
 */
final class CiphertextBlob {
    private static final byte VERSION = 1;
    private static final int MATERIAL_BYTES = 32;
    static final int HEAD_BYTES = 1 + 2 * Long.BYTES + MATERIAL_BYTES;

    private final String keyId;
    private final String materialId;
    private final byte[] head;
    private final byte[] sealed;

    private CiphertextBlob(String keyId, String materialId, byte[] head, byte[] sealed) {
        this.keyId = keyId;
        this.materialId = materialId;
        this.head = head;
        this.sealed = sealed;
    }

    static byte[] head(String keyId, String materialId) {
        UUID id = UUID.fromString(keyId);
        return ByteBuffer.allocate(HEAD_BYTES)
                .put(VERSION)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .put(HexFormat.of().parseHex(materialId))
                .array();
    }

    static byte[] join(byte[] head, byte[] sealed) {
        return ByteBuffer.allocate(head.length + sealed.length).put(head).put(sealed).array();
    }

    /** Reads a blob; nothing if it has not even the form of one. */
    static Optional<CiphertextBlob> parse(byte[] blob) {
        if (blob.length <= HEAD_BYTES || blob[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(blob, 1, blob.length - 1);
        UUID id = new UUID(in.getLong(), in.getLong());
        byte[] material = new byte[MATERIAL_BYTES];
        in.get(material);
        return Optional.of(
                new CiphertextBlob(
                        id.toString(),
                        HexFormat.of().formatHex(material),
                        Arrays.copyOf(blob, HEAD_BYTES),
                        Arrays.copyOfRange(blob, HEAD_BYTES, blob.length)));
    }

    String keyId() {
        return keyId;
    }

    String materialId() {
        return materialId;
    }

    byte[] head() {
        return head;
    }

    byte[] sealed() {
        return sealed;
    }
}
