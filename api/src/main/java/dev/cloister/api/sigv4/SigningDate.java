package dev.cloister.api.sigv4;

import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A signing time.
 *
 * @param basic {@code YYYYMMDD'T'HHMMSS'Z'}
 */
record SigningDate(String basic, Instant instant) {
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** Reads ISO 8601's basic form or, for the Date header, RFC 1123's. */
    static SigningDate parse(String text) {
        try {
            if (text.length() == 16 && text.charAt(8) == 'T' && text.charAt(15) == 'Z') {
                return new SigningDate(text, basicInstant(text));
            }
            Instant instant = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return new SigningDate(format(instant), instant);
        } catch (DateTimeException e) {
            throw new SignatureRefusal(
                    Reason.INCOMPLETE,
                    "Date must be in ISO-8601 'basic format'. Got '"
                            + text
                            + "'. See http://en.wikipedia.org/wiki/ISO_8601");
        }
    }

    static String format(Instant instant) {
        return BASIC.format(instant);
    }

    /** By hand: a formatter costs as much as the rest of the check. */
    private static Instant basicInstant(String text) {
        return LocalDateTime.of(
                        digits(text, 0, 4),
                        digits(text, 4, 6),
                        digits(text, 6, 8),
                        digits(text, 9, 11),
                        digits(text, 11, 13),
                        digits(text, 13, 15))
                .toInstant(ZoneOffset.UTC);
    }

    private static int digits(String text, int start, int end) {
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new DateTimeException("not a digit");
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
