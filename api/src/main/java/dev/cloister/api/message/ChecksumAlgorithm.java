package dev.cloister.api.message;

import java.util.Locale;
import java.util.Optional;

/** The {@code x-amz-checksum-*} algorithms of S3 ("Checking object integrity"). */
public enum ChecksumAlgorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    SHA1,
    SHA256;

    /** In lower case, after which headers and trailers are named. */
    public static Optional<ChecksumAlgorithm> of(String name) {
        for (ChecksumAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** For example {@code x-amz-checksum-crc32}. */
    public String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /** Whether the checksum of a whole follows from those of its parts. */
    public boolean isCrc() {
        return switch (this) {
            case CRC32, CRC32C, CRC64NVME -> true;
            case SHA1, SHA256 -> false;
        };
    }

    public PayloadDigest digest() {
        return new PayloadDigest(this);
    }
}
