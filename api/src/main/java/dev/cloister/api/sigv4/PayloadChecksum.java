package dev.cloister.api.sigv4;

import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.PayloadDigest;

/** The {@code x-amz-checksum-*} trailers of the AWS SDKs ("Checking object integrity"). */
final class PayloadChecksum {
    private static final String PREFIX = "x-amz-checksum-";

    private PayloadChecksum() {}

    /**
     * @throws MalformedRequestException if the checksum doesn't match, or isn't one known here
     */
    static void verify(String trailer, String expected, byte[] payload) {
        if (!trailer.startsWith(PREFIX)) {
            throw new MalformedRequestException(
                    "The trailer '" + trailer + "' is not supported: only checksums are");
        }
        PayloadDigest digest =
                ChecksumAlgorithm.of(trailer.substring(PREFIX.length()))
                        .orElseThrow(
                                () ->
                                        new MalformedRequestException(
                                                "The checksum '" + trailer + "' is not supported"))
                        .digest();
        digest.update(payload, 0, payload.length);
        if (!digest.base64().equals(expected)) {
            throw new MalformedRequestException(
                    "The payload doesn't match its checksum in the trailer '" + trailer + "'");
        }
    }
}
