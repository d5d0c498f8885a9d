package dev.cloister.worker.environment;

import dev.cloister.worker.Payload;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.ObjectMapper;

/** Writes and reads error documents. Thread-safe. */
final class ErrorDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TYPE_LENGTH = 128;

    private ErrorDocuments() {}

    static Payload of(String errorType, String errorMessage) {
        Map<String, String> document = new LinkedHashMap<>();
        document.put("errorType", errorType);
        document.put("errorMessage", errorMessage);
        return Payload.of(JSON.writeValueAsBytes(document));
    }

    /**
     * The {@code errorType} of a document that a runtime wrote, for example {@code ValueError};
     * {@code otherwise} if it has none that could be shown.
     */
    static String errorType(Payload document, String otherwise) {
        String type = text(document, "errorType", otherwise);
        return showable(type) ? type : otherwise;
    }

    /** The text of one member of a document; {@code otherwise} if there is none. */
    static String text(Payload document, String member, String otherwise) {
        try (JsonParser parser = JSON.createParser(document.bytes(), 0, document.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return otherwise;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = member.equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (wanted) {
                    return value == JsonToken.VALUE_STRING ? parser.getString() : otherwise;
                }
                parser.skipChildren();
            }
            return otherwise;
        } catch (JacksonException e) {
            // what a runtime posts need not be JSON: the caller gets it as it is
            return otherwise;
        }
    }

    private static boolean showable(String type) {
        return !type.isEmpty()
                && type.length() <= MAX_TYPE_LENGTH
                && type.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
