package dev.cloister.s3;

import dev.cloister.api.message.ChecksumAlgorithm;
import java.time.Instant;
import java.util.Map;

/**
 * A multipart upload under way.
 *
 * @param algorithm of every part's checksum
 * @param kind of the checksum that the object is going to have
 */
public record Upload(
        String id,
        String bucket,
        String key,
        Instant startedAt,
        ChecksumAlgorithm algorithm,
        StoredChecksum.Kind kind,
        ObjectDetails details,
        Map<String, String> tags) {}
