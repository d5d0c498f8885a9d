package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.QueryString;
import dev.cloister.s3.S3Errors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** Tags in Amazon's types and in the header of puts. */
final class Tags {
    private Tags() {}

    static Map<String, String> of(@Nullable Tagging tagging) {
        if (tagging == null || !tagging.hasTagSet()) {
            throw S3Errors.malformedXml();
        }
        return of(tagging.tagSet());
    }

    static Map<String, String> of(List<Tag> tags) {
        Map<String, String> map = new TreeMap<>();
        for (Tag tag : tags) {
            put(map, tag.key(), tag.value());
        }
        return map;
    }

    private static void put(Map<String, String> map, @Nullable String key, @Nullable String value) {
        if (key == null || value == null) {
            throw S3Errors.malformedXml();
        }
        if (map.put(key, value) != null) {
            throw new AwsError(
                    "InvalidTag",
                    400,
                    "Cannot provide multiple Tags with the same key",
                    Map.of("TagKey", key));
        }
    }

    /** Reads {@code a=b&c=d}. */
    static Map<String, String> ofHeader(@Nullable String header) {
        Map<String, String> map = new TreeMap<>();
        if (header != null) {
            try {
                QueryString.parse(header).forEach((key, value) -> put(map, key, value));
            } catch (MalformedRequestException e) {
                throw S3Errors.invalidArgument(
                        "x-amz-tagging",
                        header,
                        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL"
                                + " query parameters without tag name duplicates.");
            }
        }
        return map;
    }

    static List<Tag> shown(Map<String, String> tags) {
        return new TreeMap<>(tags)
                .entrySet().stream()
                        .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
                        .toList();
    }
}
