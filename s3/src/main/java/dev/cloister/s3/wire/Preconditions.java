package dev.cloister.s3.wire;

import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.WriteCondition;
import java.time.Instant;
import java.util.Optional;

/** The conditional headers of a read (RFC 9110, section 13, with S3's precedence). */
record Preconditions(
        Optional<String> match,
        Optional<String> noneMatch,
        Optional<Instant> modifiedSince,
        Optional<Instant> unmodifiedSince) {

    /**
     * Whether the client has it already.
     *
     * @throws dev.cloister.api.AwsError if the version is not the one that the client wants
     */
    boolean isUnchanged(ObjectVersion version) {
        if (match.isPresent()) {
            if (!names(match.get(), version)) {
                throw S3Errors.preconditionFailed("If-Match");
            }
        } else if (unmodifiedSince.filter(version.modifiedAt()::isAfter).isPresent()) {
            throw S3Errors.preconditionFailed("If-Unmodified-Since");
        }
        if (noneMatch.isPresent()) {
            return names(noneMatch.get(), version);
        }
        return modifiedSince.filter(since -> !version.modifiedAt().isAfter(since)).isPresent();
    }

    private static boolean names(String header, ObjectVersion version) {
        for (String tag : header.split(",", -1)) {
            String text = tag.strip();
            if (text.equals("*") || WriteCondition.unquoted(text).equals(version.etag())) {
                return true;
            }
        }
        return false;
    }
}
