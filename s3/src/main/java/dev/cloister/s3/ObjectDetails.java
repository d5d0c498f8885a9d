package dev.cloister.s3;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of an object besides its content.
 *
 * @param headers the system metadata that reads give back, such as {@code Content-Type}
 * @param metadata the user's own, names in lower case without {@code x-amz-meta-}
 * @param checksum of the content
 * @param partSizes bytes of each part; empty for an object that was put at once
 */
public record ObjectDetails(
        Map<String, String> headers,
        Map<String, String> metadata,
        Optional<StoredChecksum> checksum,
        List<Long> partSizes) {
    public ObjectDetails {
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
        partSizes = List.copyOf(partSizes);
    }

    ObjectDetails with(StoredChecksum of, List<Long> sizes) {
        return new ObjectDetails(headers, metadata, Optional.of(of), sizes);
    }
}
