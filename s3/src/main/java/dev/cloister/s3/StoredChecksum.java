package dev.cloister.s3;

import dev.cloister.api.message.ChecksumAlgorithm;

/**
 * A checksum as S3 shows it.
 *
 * @param value Base64; a composite one ends with a dash and the number of parts
 */
public record StoredChecksum(ChecksumAlgorithm algorithm, String value, Kind kind) {
    /** What the checksum was calculated over ("Checking object integrity"). */
    public enum Kind {
        FULL_OBJECT,
        /** The checksums of the parts. */
        COMPOSITE
    }
}
