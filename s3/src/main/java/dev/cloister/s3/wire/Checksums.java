package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredChecksum;
import dev.cloister.s3.StoredObjects.Inspection;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * The checksums of one write: which algorithm it is about, and what the client says the value is,
 * in a header or after the body.
 *
 * @param algorithm empty: the client named none
 * @param header the value in a header
 */
record Checksums(Optional<ChecksumAlgorithm> algorithm, Optional<String> header) {
    private static final String PREFIX = "x-amz-checksum-";

    /** S3's own where the client names none. */
    static final ChecksumAlgorithm DEFAULT = ChecksumAlgorithm.CRC64NVME;

    static Checksums of(SdkPojo input, Optional<String> trailer) {
        Optional<ChecksumAlgorithm> algorithm = Optional.empty();
        Optional<String> value = Optional.empty();
        for (SdkField<?> field : input.sdkFields()) {
            Object given = field.getValueOrDefault(input);
            String name = field.locationName().toLowerCase(Locale.ROOT);
            if (given == null || !name.startsWith(PREFIX)) {
                continue;
            }
            Optional<ChecksumAlgorithm> named =
                    ChecksumAlgorithm.of(name.substring(PREFIX.length()));
            if (named.isPresent() && value.isPresent()) {
                throw S3Errors.invalidRequest(
                        "Expecting a single x-amz-checksum- header. Multiple checksum Types are"
                                + " not allowed.");
            }
            if (named.isPresent()) {
                algorithm = named;
                value = Optional.of(given.toString());
            }
        }
        if (algorithm.isEmpty() && trailer.isPresent()) {
            String name = trailer.get();
            algorithm =
                    Optional.of(
                            Optional.of(name)
                                    .filter(text -> text.startsWith(PREFIX))
                                    .map(text -> text.substring(PREFIX.length()))
                                    .flatMap(ChecksumAlgorithm::of)
                                    .orElseThrow(
                                            () ->
                                                    S3Errors.invalidRequest(
                                                            "The value specified in the"
                                                                    + " x-amz-trailer header is not"
                                                                    + " supported")));
        }
        return new Checksums(algorithm, value);
    }

    /** An algorithm that the input names without a value. */
    static Optional<ChecksumAlgorithm> named(@Nullable String name) {
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(
                ChecksumAlgorithm.of(name)
                        .orElseThrow(
                                () ->
                                        S3Errors.invalidRequest(
                                                "Checksum algorithm provided is unsupported."
                                                        + " Please try again with any of the valid"
                                                        + " types: [CRC32, CRC32C, CRC64NVME,"
                                                        + " SHA1, SHA256]")));
    }

    /** Compares what was received with all that the client said of it. */
    Inspection inspection(@Nullable String contentMd5, StreamedBody body) {
        Optional<String> md5 = Optional.ofNullable(contentMd5).map(Checksums::md5);
        return (actualMd5, actual) -> {
            if (md5.filter(expected -> !expected.equals(actualMd5)).isPresent()) {
                throw new AwsError(
                        "BadDigest",
                        400,
                        "The Content-MD5 you specified did not match what we received.");
            }
            Optional<String> expected =
                    header.or(() -> algorithm.flatMap(of -> body.trailer(of.header())));
            if (expected.filter(value -> !value.equals(actual)).isPresent()) {
                throw new AwsError(
                        "BadDigest",
                        400,
                        "The "
                                + algorithm.orElse(DEFAULT)
                                + " you specified did not match the calculated checksum.");
            }
        };
    }

    /** In hexadecimal. */
    private static String md5(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length == 16) {
                return HexFormat.of().formatHex(bytes);
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as one of the wrong length.
        }
        throw new AwsError("InvalidDigest", 400, "The Content-MD5 you specified was invalid");
    }

    /** The checksum's member in any of Amazon's reply types, by its wire name. */
    static void show(SdkPojo builder, StoredChecksum checksum) {
        for (SdkField<?> field : builder.sdkFields()) {
            String name = field.locationName().toLowerCase(Locale.ROOT);
            if (name.equals(checksum.algorithm().header())
                    || name.equals(
                            "checksum" + checksum.algorithm().name().toLowerCase(Locale.ROOT))) {
                field.set(builder, checksum.value());
            } else if (name.equals("x-amz-checksum-type") || name.equals("checksumtype")) {
                field.set(builder, checksum.kind().name());
            }
        }
    }
}
