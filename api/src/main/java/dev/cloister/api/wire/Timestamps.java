package dev.cloister.api.wire;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.traits.TimestampFormatTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** The timestamp formats of AWS's protocols. */
final class Timestamps {
    private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);
    private static final BigDecimal MAX_EPOCH_SECONDS = BigDecimal.valueOf(253_402_300_799L);

    private Timestamps() {}

    static Format format(SdkField<?> field, Format otherwise) {
        return field.getOptionalTrait(TimestampFormatTrait.class)
                .map(TimestampFormatTrait::format)
                .orElse(otherwise);
    }

    static String print(Instant instant, Format format) {
        return switch (format) {
            case ISO_8601 -> DateTimeFormatter.ISO_INSTANT.format(instant);
            case RFC_822 ->
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
            case UNIX_TIMESTAMP -> epochSeconds(instant).toPlainString();
            case UNIX_TIMESTAMP_MILLIS -> Long.toString(instant.toEpochMilli());
        };
    }

    /** Whether the format is a number in JSON. */
    static boolean isNumber(Format format) {
        return format == Format.UNIX_TIMESTAMP || format == Format.UNIX_TIMESTAMP_MILLIS;
    }

    private static BigDecimal epochSeconds(Instant instant) {
        BigDecimal seconds = BigDecimal.valueOf(instant.toEpochMilli(), 3).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    static Optional<Instant> ofNumber(BigDecimal number, Format format) {
        BigDecimal seconds =
                format == Format.UNIX_TIMESTAMP_MILLIS
                        ? number.divide(MILLIS, 3, RoundingMode.HALF_EVEN)
                        : number;
        if (seconds.precision() - seconds.scale() > 13
                || seconds.abs().compareTo(MAX_EPOCH_SECONDS) > 0) {
            return Optional.empty();
        }
        return Optional.of(
                Instant.ofEpochMilli(
                        seconds.multiply(MILLIS).setScale(0, RoundingMode.DOWN).longValueExact()));
    }

    static Optional<Instant> ofText(String text, Format format) {
        try {
            return switch (format) {
                case ISO_8601 -> Optional.of(OffsetDateTime.parse(text).toInstant());
                case RFC_822 ->
                        Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
                case UNIX_TIMESTAMP, UNIX_TIMESTAMP_MILLIS ->
                        ofNumber(new BigDecimal(text), format);
            };
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
