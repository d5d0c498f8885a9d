package dev.cloister.api.sigv4;

import dev.cloister.api.message.MalformedRequestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The {@code x-amz-checksum-*} trailers of the AWS SDKs ("Checking object integrity"). */
final class PayloadChecksum {
    private static final String PREFIX = "x-amz-checksum-";

    /** CRC-64/NVME, reflected. */
    private static final long NVME = 0x9a6c9329ac4bc9b5L;

    private PayloadChecksum() {}

    /**
     * @throws MalformedRequestException if the checksum doesn't match, or isn't one known here
     */
    static void verify(String trailer, String expected, byte[] payload) {
        if (!trailer.startsWith(PREFIX)) {
            throw new MalformedRequestException(
                    "The trailer '" + trailer + "' is not supported: only checksums are");
        }
        byte[] actual =
                compute(trailer.substring(PREFIX.length()), payload)
                        .orElseThrow(
                                () ->
                                        new MalformedRequestException(
                                                "The checksum '" + trailer + "' is not supported"));
        if (!Base64.getEncoder().encodeToString(actual).equals(expected)) {
            throw new MalformedRequestException(
                    "The payload doesn't match its checksum in the trailer '" + trailer + "'");
        }
    }

    private static Optional<byte[]> compute(String algorithm, byte[] payload) {
        return switch (algorithm) {
            case "crc32" -> Optional.of(crc(new CRC32(), payload));
            case "crc32c" -> Optional.of(crc(new CRC32C(), payload));
            case "crc64nvme" -> Optional.of(bytes(crc64(payload), 8));
            case "sha1" -> Optional.of(digest("SHA-1", payload));
            case "sha256" -> Optional.of(digest("SHA-256", payload));
            default -> Optional.empty();
        };
    }

    private static byte[] crc(Checksum checksum, byte[] payload) {
        checksum.update(payload, 0, payload.length);
        return bytes(checksum.getValue(), 4);
    }

    private static long crc64(byte[] payload) {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? (value >>> 1) ^ NVME : value >>> 1;
            }
            table[i] = value;
        }
        long crc = -1;
        for (byte octet : payload) {
            crc = table[(int) ((crc ^ octet) & 0xff)] ^ (crc >>> 8);
        }
        return ~crc;
    }

    private static byte[] bytes(long value, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (value >>> (8 * (count - 1 - i)));
        }
        return bytes;
    }

    private static byte[] digest(String algorithm, byte[] payload) {
        try {
            return MessageDigest.getInstance(algorithm).digest(payload);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks " + algorithm, e);
        }
    }
}
