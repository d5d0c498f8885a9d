package dev.cloister.invoke.wire;

import dev.cloister.invoke.InvokeErrors;
import dev.cloister.worker.Payload;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Checks that an event is one JSON value; it is handed to the function byte for byte. */
final class EventJson {
    private static final Payload EMPTY = Payload.ofUtf8("{}");
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(1000)
                                    .maxStringLength(8 * 1024 * 1024)
                                    .maxNumberLength(10_000)
                                    .build())
                    .build();

    private EventJson() {}

    /** The event to deliver: the body itself, or {@code {}} where there is none. */
    static Payload check(byte[] body) {
        if (body.length == 0) {
            return EMPTY;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw InvokeErrors.unparsable("No content to map due to end-of-input");
            }
            parser.skipChildren();
            if (first == JsonToken.VALUE_STRING) {
                parser.getString(); // strings are decoded lazily: a bad escape must show now
            }
            if (parser.nextToken() != null) {
                throw InvokeErrors.unparsable("Trailing token after the value");
            }
            return Payload.of(body);
        } catch (JacksonException e) {
            throw InvokeErrors.unparsable(parserText(e));
        }
    }

    /** As Lambda prints it: the parser's words, and the place without the source. */
    private static String parserText(JacksonException e) {
        // A broken limit, such as the depth, has no place.
        return Optional.ofNullable(e.getLocation())
                .map(
                        place ->
                                "%s\n at [Source: REDACTED; line: %d, column: %d]"
                                        .formatted(
                                                e.getOriginalMessage(),
                                                place.getLineNr(),
                                                place.getColumnNr()))
                .orElse(e.getOriginalMessage());
    }
}
