package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.message.RequestHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/** restJson1: members in path, query, headers, and a JSON body. */
final class RestJsonCodec implements Codec {
    /** Where the reference, from recordings of the real service, differs from the model. */
    private static final Map<String, Integer> RECORDED_STATUS =
            Map.of("lambda:DeleteFunction", 204);

    private final ServiceFacts facts;
    private final JsonPojoReader reader;
    private final JsonPojoWriter writer = new JsonPojoWriter();
    private final JsonErrors errors;

    RestJsonCodec(ServiceFacts facts, FieldIndex fields) {
        this.facts = facts;
        this.reader = new JsonPojoReader(fields);
        this.errors = new JsonErrors(facts, writer);
    }

    @Override
    public SdkPojo readInput(OperationFacts operation, SdkPojo builder, WireRequest request) {
        boolean bodyMembers = false;
        Optional<SdkField<?>> payload = Optional.empty();
        for (SdkField<?> field : builder.sdkFields()) {
            if (field.location() == MarshallLocation.PAYLOAD) {
                bodyMembers = true;
                if (field.containsTrait(PayloadTrait.class)) {
                    payload = Optional.of(field);
                }
            } else {
                readBound(field, builder, request);
            }
        }
        if (payload.isPresent()) {
            readPayload(payload.get(), builder, request.body());
        } else if (bodyMembers) {
            reader.read(request.body(), builder);
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    /** Members in path, query and headers, alike in both REST protocols. */
    static void readBound(SdkField<?> field, SdkPojo builder, WireRequest request) {
        RequestHead head = request.head();
        String name = field.locationName();
        switch (field.location()) {
            case PATH, GREEDY_PATH -> {
                String label = request.labels().get(name);
                if (label != null) {
                    field.set(builder, ScalarText.parse(field, label, Format.ISO_8601));
                }
            }
            case QUERY_PARAM -> readQuery(field, builder, head);
            case HEADER -> {
                Optional<String> value = head.headers().first(name.toLowerCase(Locale.ROOT));
                value.ifPresent(
                        text -> field.set(builder, ScalarText.parse(field, text, Format.RFC_822)));
            }
            case PAYLOAD, STATUS_CODE -> {
                // Payload members are read from the body; a request has no status.
            }
        }
    }

    private static void readQuery(SdkField<?> field, SdkPojo builder, RequestHead head) {
        String name = field.locationName();
        MarshallingKnownType type = field.marshallingType().getKnownType();
        if (type == MarshallingKnownType.LIST) {
            SdkField<?> member = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
            List<Object> values = new ArrayList<>();
            for (String text : head.query().all(name)) {
                values.add(ScalarText.parse(member, text, Format.ISO_8601));
            }
            if (!values.isEmpty()) {
                field.set(builder, values);
            }
        } else if (type == MarshallingKnownType.MAP) {
            SdkField<?> valueField = field.getRequiredTrait(MapTrait.class).valueFieldInfo();
            Map<String, Object> values = new LinkedHashMap<>();
            head.query()
                    .forEach(
                            (key, text) ->
                                    values.putIfAbsent(
                                            key,
                                            ScalarText.parse(valueField, text, Format.ISO_8601)));
            field.set(builder, values);
        } else {
            head.query()
                    .first(name)
                    .ifPresent(
                            text ->
                                    field.set(
                                            builder,
                                            ScalarText.parse(field, text, Format.ISO_8601)));
        }
    }

    private void readPayload(SdkField<?> field, SdkPojo builder, byte[] body) {
        switch (field.marshallingType().getKnownType()) {
            case SDK_BYTES -> field.set(builder, SdkBytes.fromByteArrayUnsafe(body));
            case SDK_POJO -> {
                if (body.length > 0) {
                    SdkPojo nested = field.constructor().get();
                    reader.read(body, nested);
                    field.set(builder, ((Buildable) nested).build());
                }
            }
            default ->
                    throw new IllegalStateException(
                            "no payload of type "
                                    + field.marshallingType()
                                    + " is modeled in restJson1");
        }
    }

    @Override
    public WireResponse writeOutput(OperationFacts operation, SdkPojo output, String requestId) {
        int status =
                RECORDED_STATUS.getOrDefault(
                        facts.signingName() + ":" + operation.name(), operation.responseCode());
        Map<String, String> headers = new LinkedHashMap<>();
        Optional<byte[]> payload = Optional.empty();
        for (SdkField<?> field : output.sdkFields()) {
            Object value = field.getValueOrDefault(output);
            if (!JsonPojoWriter.isPresent(value)) {
                continue;
            }
            if (field.location() == MarshallLocation.HEADER) {
                headers.put(field.locationName(), ScalarText.print(field, value, Format.RFC_822));
            } else if (field.location() == MarshallLocation.STATUS_CODE) {
                status = (Integer) value;
            } else if (field.containsTrait(PayloadTrait.class)) {
                payload = Optional.of(payload(value));
            }
        }
        if (status == 204) {
            return new WireResponse(status, headers, new byte[0]);
        }
        headers.putIfAbsent("Content-Type", "application/json");
        return new WireResponse(status, headers, payload.orElseGet(() -> writer.write(output)));
    }

    private byte[] payload(Object value) {
        return switch (value) {
            case SdkBytes bytes -> bytes.asByteArrayUnsafe();
            case SdkPojo pojo -> writer.write(pojo);
            default ->
                    throw new IllegalStateException(
                            "no payload of type " + value.getClass() + " is modeled in restJson1");
        };
    }

    @Override
    public WireResponse writeError(AwsError error, String requestId) {
        return errors.restJson(error);
    }
}
