package dev.cloister.api.wire;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON into builders of Amazon's types, token by token. Thread-safe. */
final class JsonPojoReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NAME = 1_024;
    private static final int MAX_NUMBER = 64;

    private final FieldIndex fields;
    private final JsonFactory factory =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNameLength(MAX_NAME)
                                    .maxNumberLength(MAX_NUMBER)
                                    // The body's size is bounded already.
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    JsonPojoReader(FieldIndex fields) {
        this.fields = fields;
    }

    /** Sets the builder's members; an empty body stands for an empty object. */
    void read(byte[] body, SdkPojo builder) {
        if (body.length == 0) {
            return;
        }
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                throw Serialization.error(unexpected(first));
            }
            readStructure(parser, builder);
            if (parser.nextToken() != null) {
                throw Serialization.error("Unexpected content after the end of the JSON document");
            }
        } catch (StreamConstraintsException e) {
            throw Serialization.error("The JSON document is nested too deeply or is too large");
        } catch (JacksonException e) {
            throw Serialization.error("Could not parse request body into json: malformed JSON");
        }
    }

    private void readStructure(JsonParser parser, SdkPojo builder) {
        Map<String, SdkField<?>> members = fields.bodyMembers(builder);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            SdkField<?> field = members.get(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
                continue;
            }
            Object value = readValue(parser, token, field);
            if (value != null) {
                field.set(builder, value);
            }
        }
    }

    private @Nullable Object readValue(JsonParser parser, JsonToken token, SdkField<?> field) {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (field.marshallingType().getKnownType()) {
            case SDK_POJO -> {
                require(token, JsonToken.START_OBJECT);
                SdkPojo builder = field.constructor().get();
                readStructure(parser, builder);
                yield ((Buildable) builder).build();
            }
            case LIST -> readList(parser, token, field);
            case MAP -> readMap(parser, token, field);
            case STRING -> {
                if (token != JsonToken.VALUE_STRING) {
                    throw notConvertible(token, field);
                }
                yield parser.getString();
            }
            case BOOLEAN -> {
                if (!token.isBoolean()) {
                    throw notConvertible(token, field);
                }
                yield token == JsonToken.VALUE_TRUE;
            }
            case SDK_BYTES -> readBytes(parser, token, field);
            case INSTANT -> readInstant(parser, token, field);
            case INTEGER, LONG, SHORT, BYTE, FLOAT, DOUBLE, BIG_DECIMAL ->
                    readNumber(parser, token, field);
            case NULL, DOCUMENT ->
                    throw Serialization.error(
                            "The member " + field.memberName() + " is not supported");
        };
    }

    private List<@Nullable Object> readList(JsonParser parser, JsonToken token, SdkField<?> field) {
        require(token, JsonToken.START_ARRAY);
        SdkField<?> member = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
        List<@Nullable Object> values = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
                next != JsonToken.END_ARRAY;
                next = parser.nextToken()) {
            // A null stays, so that the validation can name it.
            values.add(readValue(parser, next, member));
        }
        return values;
    }

    private Map<String, @Nullable Object> readMap(
            JsonParser parser, JsonToken token, SdkField<?> field) {
        require(token, JsonToken.START_OBJECT);
        SdkField<?> valueField = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            values.put(key, readValue(parser, parser.nextToken(), valueField));
        }
        return values;
    }

    private static Object readBytes(JsonParser parser, JsonToken token, SdkField<?> field) {
        if (token != JsonToken.VALUE_STRING) {
            throw notConvertible(token, field);
        }
        try {
            return SdkBytes.fromByteArrayUnsafe(parser.getBinaryValue());
        } catch (JacksonException e) {
            throw Serialization.error(
                    "The value of " + field.locationName() + " is not valid Base64");
        }
    }

    private static Object readInstant(JsonParser parser, JsonToken token, SdkField<?> field) {
        Format format = Timestamps.format(field, Format.UNIX_TIMESTAMP);
        if (token.isNumeric()) {
            return Timestamps.ofNumber(parser.getDecimalValue(), format)
                    .orElseThrow(() -> notConvertible(token, field));
        }
        if (token == JsonToken.VALUE_STRING) {
            return ScalarText.parse(field, parser.getString(), format);
        }
        throw notConvertible(token, field);
    }

    private static Object readNumber(JsonParser parser, JsonToken token, SdkField<?> field) {
        if (!token.isNumeric()) {
            throw notConvertible(token, field);
        }
        BigDecimal number = parser.getDecimalValue();
        if (Math.abs((long) number.scale()) > 400) {
            throw notConvertible(token, field);
        }
        try {
            return switch (field.marshallingType().getKnownType()) {
                case INTEGER -> number.intValueExact();
                case LONG -> number.longValueExact();
                case SHORT -> number.shortValueExact();
                case BYTE -> number.byteValueExact();
                case FLOAT -> number.floatValue();
                case DOUBLE -> number.doubleValue();
                default -> number;
            };
        } catch (ArithmeticException e) {
            throw notConvertible(token, field);
        }
    }

    private static void require(JsonToken actual, JsonToken expected) {
        if (actual != expected) {
            throw Serialization.error(unexpected(actual));
        }
    }

    private static String unexpected(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "Start of structure or map found where not expected.";
            case START_ARRAY -> "Start of list found where not expected";
            default -> "Unexpected field type";
        };
    }

    private static dev.cloister.api.AwsError notConvertible(JsonToken token, SdkField<?> field) {
        return switch (token) {
            case VALUE_STRING ->
                    Serialization.notConvertible("STRING_VALUE", ScalarText.typeName(field));
            case VALUE_NUMBER_INT ->
                    Serialization.notConvertible("NUMBER_VALUE", ScalarText.typeName(field));
            case VALUE_NUMBER_FLOAT ->
                    Serialization.notConvertible("DECIMAL_VALUE", ScalarText.typeName(field));
            case VALUE_TRUE ->
                    Serialization.notConvertible("TRUE_VALUE", ScalarText.typeName(field));
            case VALUE_FALSE ->
                    Serialization.notConvertible("FALSE_VALUE", ScalarText.typeName(field));
            default -> Serialization.error(unexpected(token));
        };
    }
}
