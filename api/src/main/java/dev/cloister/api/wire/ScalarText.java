package dev.cloister.api.wire;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Base64;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Scalars as text: in paths, queries, headers and forms. */
final class ScalarText {
    private ScalarText() {}

    /**
     * @param timestamps the format where the field doesn't say
     * @throws dev.cloister.api.AwsError {@code SerializationException} if the text isn't of the
     *     field's type
     */
    static Object parse(SdkField<?> field, String text, Format timestamps) {
        try {
            return switch (field.marshallingType().getKnownType()) {
                case STRING -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case SHORT -> Short.valueOf(text);
                case BYTE -> Byte.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case BIG_DECIMAL -> new BigDecimal(text);
                case BOOLEAN -> bool(text);
                case INSTANT -> instant(text, Timestamps.format(field, timestamps));
                case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(text));
                case NULL, SDK_POJO, LIST, MAP, DOCUMENT ->
                        throw Serialization.notConvertible("STRING_VALUE", "a structure");
            };
        } catch (NumberFormatException e) {
            throw Serialization.notConvertible("STRING_VALUE", typeName(field));
        } catch (IllegalArgumentException e) {
            throw Serialization.error(
                    "The value of " + field.locationName() + " is not valid Base64");
        }
    }

    static String print(SdkField<?> field, Object value, Format timestamps) {
        return switch (value) {
            case Instant instant -> Timestamps.print(instant, Timestamps.format(field, timestamps));
            case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
            case BigDecimal decimal -> decimal.toPlainString();
            default -> value.toString();
        };
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw Serialization.notConvertible("STRING_VALUE", "a Boolean");
        };
    }

    private static Instant instant(String text, Format format) {
        return Timestamps.ofText(text, format)
                .or(() -> Timestamps.ofText(text, Format.ISO_8601))
                .orElseThrow(() -> Serialization.notConvertible("STRING_VALUE", "a timestamp"));
    }

    /** The type with its article, as in AWS's messages. */
    static String typeName(SdkField<?> field) {
        return switch (field.marshallingType().getKnownType()) {
            case STRING -> "a String";
            case INTEGER -> "an Integer";
            case LONG -> "a Long";
            case SHORT -> "a Short";
            case BYTE -> "a Byte";
            case FLOAT -> "a Float";
            case DOUBLE -> "a Double";
            case BIG_DECIMAL -> "a BigDecimal";
            case BOOLEAN -> "a Boolean";
            case INSTANT -> "a timestamp";
            case SDK_BYTES -> "a Blob";
            case NULL, SDK_POJO, LIST, MAP, DOCUMENT -> "a structure";
        };
    }
}
