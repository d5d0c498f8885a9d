package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.s3.ObjectDetails;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;

/** The metadata that a write carries in its headers, alike in its three operations. */
final class ObjectHeaders {
    /** AWS's bound on user metadata, names and values in UTF-8 together. */
    private static final int MOST_METADATA = 2 * 1_024;

    private static final Set<String> KEPT =
            Set.of(
                    "Content-Type",
                    "Cache-Control",
                    "Content-Disposition",
                    "Content-Encoding",
                    "Content-Language",
                    "Expires");

    private ObjectHeaders() {}

    static ObjectDetails details(SdkPojo input) {
        Map<String, String> headers = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        headers.put("Content-Type", "binary/octet-stream");
        for (SdkField<?> field : input.sdkFields()) {
            Object value = field.getValueOrDefault(input);
            if (field.location() != MarshallLocation.HEADER || value == null) {
                continue;
            }
            if (value instanceof Map<?, ?> map) {
                map.forEach(
                        (name, text) ->
                                metadata.put(
                                        name.toString().toLowerCase(Locale.ROOT), text.toString()));
            } else if (KEPT.contains(field.locationName())) {
                headers.put(field.locationName(), value.toString());
            }
        }
        encoding(headers);
        int size =
                metadata.entrySet().stream()
                        .mapToInt(e -> bytes(e.getKey()) + bytes(e.getValue()))
                        .sum();
        if (size > MOST_METADATA) {
            throw new AwsError(
                    "MetadataTooLarge",
                    400,
                    "Your metadata headers exceed the maximum allowed metadata size",
                    Map.of("Size", size, "MaxSizeAllowed", MOST_METADATA));
        }
        return new ObjectDetails(headers, metadata, Optional.empty(), List.of());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** aws-chunked was of the transfer, not of the object. */
    private static void encoding(Map<String, String> headers) {
        String given = headers.remove("Content-Encoding");
        if (given == null) {
            return;
        }
        List<String> kept = new ArrayList<>();
        for (String coding : given.split(",", -1)) {
            if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("aws-chunked")) {
                kept.add(coding.strip());
            }
        }
        if (!kept.isEmpty()) {
            headers.put("Content-Encoding", String.join(",", kept));
        }
    }
}
