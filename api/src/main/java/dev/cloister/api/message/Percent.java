package dev.cloister.api.message;

import java.nio.charset.StandardCharsets;

/** Percent-encoding as Signature Version 4 and URIs use it (RFC 3986, section 2). */
public final class Percent {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Percent() {}

    /**
     * Decodes {@code %XX} once, as UTF-8.
     *
     * @param plusIsSpace whether {@code +} stands for a blank, as in queries and forms
     * @throws MalformedRequestException if a percent sign isn't followed by two hexadecimal digits
     */
    public static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        byte[] bytes = new byte[text.length() * 3];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes[size++] = (byte) octet(text, i);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes[size++] = ' ';
            } else if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else {
                // Latin-1 octets that a client left unencoded, kept as UTF-8.
                byte[] encoded = String.valueOf(c).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(encoded, 0, bytes, size, encoded.length);
                size += encoded.length;
            }
        }
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    private static int octet(String text, int percentAt) {
        if (percentAt + 2 < text.length()) {
            int high = Character.digit(text.charAt(percentAt + 1), 16);
            int low = Character.digit(text.charAt(percentAt + 2), 16);
            if (high >= 0 && low >= 0) {
                return (high << 4) | low;
            }
        }
        throw new MalformedRequestException("The URI or form has a malformed percent-encoding");
    }

    /** Appends the text's UTF-8 with everything encoded but {@code A-Z a-z 0-9 - . _ ~}. */
    public static void encode(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnreserved(c)) {
                out.append(c);
            } else if (c < 0x80) {
                encodeOctet(c, out);
            } else {
                encodeWide(text, i, out);
                return;
            }
        }
    }

    /** From the first character that is not ASCII on: by way of its UTF-8. */
    private static void encodeWide(String text, int from, StringBuilder out) {
        for (byte octet : text.substring(from).getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && isUnreserved((char) octet)) {
                out.append((char) octet);
            } else {
                encodeOctet(octet & 0xff, out);
            }
        }
    }

    static void encodeOctet(int octet, StringBuilder out) {
        out.append('%').append(HEX[octet >> 4]).append(HEX[octet & 0xf]);
    }

    /** Whether RFC 3986 leaves the character as it is. */
    public static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
