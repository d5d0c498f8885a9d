package dev.cloister.invoke.url;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A body as it stands in an event: text where its content type says so, else base64. Text that is
 * no UTF-8 is base64 too: no body is changed on its way.
 */
record BodyText(String text, boolean isBase64) {
    private static final Set<String> TEXT_TYPES =
            Set.of("application/json", "application/javascript", "application/xml");

    static BodyText of(byte[] body, Optional<String> contentType) {
        if (body.length == 0) {
            return new BodyText("", false);
        }
        if (contentType.filter(BodyText::isText).isPresent()) {
            try {
                return new BodyText(
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(body))
                                .toString(),
                        false);
            } catch (CharacterCodingException notUtf8) {
                // As what it is: bytes.
            }
        }
        return new BodyText(Base64.getEncoder().encodeToString(body), true);
    }

    private static boolean isText(String contentType) {
        int parameters = contentType.indexOf(';');
        String type =
                (parameters < 0 ? contentType : contentType.substring(0, parameters))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        return type.startsWith("text/")
                || TEXT_TYPES.contains(type)
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }
}
