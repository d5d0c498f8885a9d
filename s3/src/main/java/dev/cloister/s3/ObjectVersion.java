package dev.cloister.s3;

import java.time.Instant;
import java.util.Map;

/**
 * One version of an object, or a delete marker.
 *
 * @param id rises with time
 * @param versionId {@code null} as text for one made without versioning
 * @param latest whether reads that name no version get this one
 * @param size in bytes
 * @param etag without its quotes
 */
public record ObjectVersion(
        long id,
        String bucket,
        String key,
        String versionId,
        boolean latest,
        boolean deleteMarker,
        long size,
        String etag,
        Instant modifiedAt,
        ObjectDetails details,
        Map<String, String> tags) {
    public static final String NULL_VERSION = "null";
}
