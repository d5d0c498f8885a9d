package dev.cloister.s3;

import dev.cloister.api.AwsError;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.api.message.PayloadDigest;
import dev.cloister.api.sigv4.Digests;
import dev.cloister.s3.Uploads.WantedPart;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** What becomes of an upload's parts: their choice, the object's ETag and its checksum. */
final class Completion {
    private Completion() {}

    static List<Part> choose(List<WantedPart> wanted, List<Part> stored) {
        Map<Integer, Part> byNumber = new HashMap<>();
        stored.forEach(part -> byNumber.put(part.number(), part));
        List<Part> chosen = new ArrayList<>();
        int previous = 0;
        for (WantedPart want : wanted) {
            if (want.number() <= previous) {
                throw new AwsError(
                        "InvalidPartOrder",
                        400,
                        "The list of parts was not in ascending order. Parts must be ordered by"
                                + " part number.");
            }
            previous = want.number();
            Part part = byNumber.get(want.number());
            if (part == null
                    || !part.etag().equals(want.etag())
                    || want.checksum().filter(sum -> !sum.equals(part.checksum())).isPresent()) {
                throw new AwsError(
                        "InvalidPart",
                        400,
                        "One or more of the specified parts could not be found. The part may not"
                                + " have been uploaded, or the specified entity tag may not match"
                                + " the part's entity tag.",
                        Map.of("PartNumber", want.number(), "ETag", want.etag()));
            }
            chosen.add(part);
        }
        for (Part part : chosen.subList(0, chosen.size() - 1)) {
            if (part.content().size() < Uploads.LEAST_PART) {
                throw new AwsError(
                        "EntityTooSmall",
                        400,
                        "Your proposed upload is smaller than the minimum allowed size",
                        Map.of(
                                "ProposedSize",
                                part.content().size(),
                                "MinSizeAllowed",
                                Uploads.LEAST_PART,
                                "PartNumber",
                                part.number(),
                                "ETag",
                                part.etag()));
            }
        }
        return chosen;
    }

    /** The MD5 of the parts' MD5s, with their number. */
    static String etag(List<Part> parts) {
        MessageDigest md5 = Digests.md5();
        parts.forEach(part -> md5.update(HexFormat.of().parseHex(part.etag())));
        return HexFormat.of().formatHex(md5.digest()) + "-" + parts.size();
    }

    static StoredChecksum checksum(Upload upload, List<Part> parts) {
        return switch (upload.kind()) {
            case COMPOSITE -> composite(upload.algorithm(), parts);
            case FULL_OBJECT -> full(upload.algorithm(), parts);
        };
    }

    private static StoredChecksum composite(ChecksumAlgorithm algorithm, List<Part> parts) {
        PayloadDigest digest = algorithm.digest();
        for (Part part : parts) {
            byte[] checksum = Base64.getDecoder().decode(part.checksum());
            digest.update(checksum, 0, checksum.length);
        }
        return new StoredChecksum(
                algorithm, digest.base64() + "-" + parts.size(), StoredChecksum.Kind.COMPOSITE);
    }

    private static StoredChecksum full(ChecksumAlgorithm algorithm, List<Part> parts) {
        CrcCombination combination = CrcCombination.of(algorithm);
        byte[] whole = Base64.getDecoder().decode(parts.getFirst().checksum());
        for (Part part : parts.subList(1, parts.size())) {
            whole =
                    combination.combine(
                            whole,
                            Base64.getDecoder().decode(part.checksum()),
                            part.content().size());
        }
        return new StoredChecksum(
                algorithm,
                Base64.getEncoder().encodeToString(whole),
                StoredChecksum.Kind.FULL_OBJECT);
    }
}
