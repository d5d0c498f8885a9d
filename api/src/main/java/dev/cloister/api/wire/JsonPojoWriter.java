package dev.cloister.api.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes Amazon's types as JSON; members without a value are left out. Thread-safe. */
final class JsonPojoWriter {
    private final JsonFactory factory = new JsonFactory();

    byte[] write(SdkPojo pojo) {
        return write(generator -> writeStructure(generator, pojo));
    }

    byte[] write(Consumer<JsonGenerator> content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
            content.accept(generator);
        }
        return out.toByteArray();
    }

    private void writeStructure(JsonGenerator generator, SdkPojo pojo) {
        generator.writeStartObject();
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = field.getValueOrDefault(pojo);
            if (field.location() == MarshallLocation.PAYLOAD && isPresent(value)) {
                generator.writeName(field.locationName());
                writeValue(generator, field, value);
            }
        }
        generator.writeEndObject();
    }

    /** Amazon's types hold an empty collection of a kind of its own where none was set. */
    static boolean isPresent(@org.jspecify.annotations.Nullable Object value) {
        return value != null
                && !(value instanceof SdkAutoConstructList)
                && !(value instanceof SdkAutoConstructMap);
    }

    private void writeValue(JsonGenerator generator, SdkField<?> field, Object value) {
        switch (value) {
            case String text -> generator.writeString(text);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Short number -> generator.writeNumber(number);
            case Byte number -> generator.writeNumber(number.intValue());
            case Double number -> generator.writeNumber(number);
            case Float number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case Boolean bool -> generator.writeBoolean(bool);
            case Instant instant -> writeInstant(generator, field, instant);
            case SdkBytes bytes -> generator.writeBinary(bytes.asByteArrayUnsafe());
            case SdkPojo pojo -> writeStructure(generator, pojo);
            case List<?> list -> writeList(generator, field, list);
            case Map<?, ?> map -> writeMap(generator, field, map);
            default ->
                    throw new IllegalStateException(
                            "no JSON form for " + value.getClass() + " in " + field.memberName());
        }
    }

    private static void writeInstant(JsonGenerator generator, SdkField<?> field, Instant instant) {
        Format format = Timestamps.format(field, Format.UNIX_TIMESTAMP);
        String text = Timestamps.print(instant, format);
        if (Timestamps.isNumber(format)) {
            generator.writeNumber(text);
        } else {
            generator.writeString(text);
        }
    }

    private void writeList(JsonGenerator generator, SdkField<?> field, List<?> list) {
        SdkField<?> member = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
        generator.writeStartArray();
        for (Object value : list) {
            if (value == null) {
                generator.writeNull();
            } else {
                writeValue(generator, member, value);
            }
        }
        generator.writeEndArray();
    }

    private void writeMap(JsonGenerator generator, SdkField<?> field, Map<?, ?> map) {
        SdkField<?> valueField = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            generator.writeName(entry.getKey().toString());
            Object value = entry.getValue();
            if (value == null) {
                generator.writeNull();
            } else {
                writeValue(generator, valueField, value);
            }
        }
        generator.writeEndObject();
    }
}
