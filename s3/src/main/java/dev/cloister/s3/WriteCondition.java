package dev.cloister.s3;

import java.util.Optional;

/**
 * What has to hold for a write to happen ("Conditional writes").
 *
 * @param ifMatch the ETag that the present object must have
 * @param ifNoneMatch whether there must be no object
 */
public record WriteCondition(Optional<String> ifMatch, boolean ifNoneMatch) {
    public static final WriteCondition NONE = new WriteCondition(Optional.empty(), false);

    void check(String key, Optional<ObjectVersion> present) {
        if (ifNoneMatch && present.isPresent()) {
            throw S3Errors.preconditionFailed("If-None-Match");
        }
        if (ifMatch.isPresent()) {
            String etag = present.orElseThrow(() -> S3Errors.noSuchKey(key)).etag();
            if (!ifMatch.get().equals(etag)) {
                throw S3Errors.preconditionFailed("If-Match");
            }
        }
    }

    /**
     * @param none the If-None-Match header, of which S3 takes only the asterisk here
     */
    public static WriteCondition of(Optional<String> match, Optional<String> none) {
        if (none.isPresent() && !none.get().equals("*")) {
            throw S3Errors.notImplemented("If-None-Match");
        }
        return new WriteCondition(match.map(WriteCondition::unquoted), none.isPresent());
    }

    public static String unquoted(String etag) {
        return etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"")
                ? etag.substring(1, etag.length() - 1)
                : etag;
    }
}
