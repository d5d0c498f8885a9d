package dev.cloister.invoke.url;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-decodes a path once; what is no escape of UTF-8 text stays as it was received. */
final class PathText {
    private PathText() {}

    static String decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder(raw.length());
        int position = 0;
        while (position < raw.length()) {
            int end = escapesEnd(raw, position);
            if (end == position) {
                out.append(raw.charAt(position++));
            } else {
                out.append(decoded(raw, position, end));
                position = end;
            }
        }
        return out.toString();
    }

    /** Where the well-formed escapes that begin at {@code from} end. */
    private static int escapesEnd(String raw, int from) {
        int end = from;
        while (end + 2 < raw.length()
                && raw.charAt(end) == '%'
                && isHex(raw.charAt(end + 1))
                && isHex(raw.charAt(end + 2))) {
            end += 3;
        }
        return end;
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static String decoded(String raw, int from, int end) {
        byte[] octets = new byte[(end - from) / 3];
        for (int i = 0; i < octets.length; i++) {
            int at = from + 3 * i;
            octets[i] = (byte) Integer.parseInt(raw.substring(at + 1, at + 3), 16);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
        } catch (CharacterCodingException notUtf8) {
            return raw.substring(from, end);
        }
    }
}
