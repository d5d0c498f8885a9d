package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.api.facts.Shape.ErrorFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/** awsQuery: a form with Action and dotted parameters, answered in XML. */
final class QueryCodec implements Codec {
    /** How query services call the errors that every service can give. */
    private static final Map<String, String> COMMON_CODES =
            Map.of(
                    "AccessDeniedException", "AccessDenied",
                    "ValidationException", "ValidationError",
                    "ThrottlingException", "Throttling",
                    "TooManyRequestsException", "Throttling",
                    "ServiceException", "InternalFailure",
                    "InternalServerException", "InternalFailure",
                    "SerializationException", "MalformedInput",
                    "UnknownOperationException", "InvalidAction");

    private final ServiceFacts facts;

    QueryCodec(ServiceFacts facts) {
        this.facts = facts;
    }

    @Override
    public SdkPojo readInput(OperationFacts operation, SdkPojo builder, WireRequest request) {
        readStructure(FormTree.of(request.form()), builder);
        return (SdkPojo) ((Buildable) builder).build();
    }

    private void readStructure(FormTree node, SdkPojo builder) {
        for (SdkField<?> field : builder.sdkFields()) {
            node.child(field.locationName())
                    .flatMap(child -> readValue(child, field))
                    .ifPresent(value -> field.set(builder, value));
        }
    }

    private Optional<Object> readValue(FormTree node, SdkField<?> field) {
        return switch (field.marshallingType().getKnownType()) {
            case SDK_POJO -> {
                SdkPojo builder = field.constructor().get();
                readStructure(node, builder);
                yield Optional.of(((Buildable) builder).build());
            }
            case LIST -> Optional.of(readList(node, field));
            case MAP -> Optional.of(readMap(node, field));
            default -> node.value().map(text -> ScalarText.parse(field, text, Format.ISO_8601));
        };
    }

    private List<Object> readList(FormTree node, SdkField<?> field) {
        ListTrait trait = field.getRequiredTrait(ListTrait.class);
        FormTree items =
                trait.isFlattened() ? node : node.child(memberName(trait)).orElse(new FormTree());
        List<Object> values = new ArrayList<>();
        for (int i = 1; items.child(Integer.toString(i)).isPresent(); i++) {
            items.child(Integer.toString(i))
                    .flatMap(item -> readValue(item, trait.memberFieldInfo()))
                    .ifPresent(values::add);
        }
        return values;
    }

    private static String memberName(ListTrait trait) {
        String name = trait.memberLocationName();
        return name == null ? "member" : name;
    }

    private Map<String, Object> readMap(FormTree node, SdkField<?> field) {
        MapTrait trait = field.getRequiredTrait(MapTrait.class);
        FormTree entries = trait.isFlattened() ? node : node.child("entry").orElse(new FormTree());
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 1; entries.child(Integer.toString(i)).isPresent(); i++) {
            FormTree entry = entries.child(Integer.toString(i)).orElseThrow();
            Optional<String> key = entry.child(trait.keyLocationName()).flatMap(FormTree::value);
            Optional<Object> value =
                    entry.child(trait.valueLocationName())
                            .flatMap(v -> readValue(v, trait.valueFieldInfo()));
            if (key.isPresent() && value.isPresent()) {
                values.put(key.get(), value.get());
            }
        }
        return values;
    }

    @Override
    public WireResponse writeOutput(OperationFacts operation, SdkPojo output, String requestId) {
        XmlText xml = new XmlText();
        xml.open(operation.name() + "Response", facts.xmlNamespace());
        if (operation.output().isPresent()) {
            xml.open(operation.name() + "Result");
            writeStructure(xml, output);
            xml.close(operation.name() + "Result");
        }
        xml.open("ResponseMetadata");
        xml.element("RequestId", requestId);
        xml.close("ResponseMetadata");
        xml.close(operation.name() + "Response");
        return reply(200, xml);
    }

    private void writeStructure(XmlText xml, SdkPojo pojo) {
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = field.getValueOrDefault(pojo);
            if (JsonPojoWriter.isPresent(value)) {
                writeValue(xml, field.locationName(), field, value);
            }
        }
    }

    private void writeValue(XmlText xml, String name, SdkField<?> field, Object value) {
        switch (value) {
            case SdkPojo pojo -> {
                xml.open(name);
                writeStructure(xml, pojo);
                xml.close(name);
            }
            case List<?> list -> writeList(xml, name, field, list);
            case Map<?, ?> map -> writeMap(xml, name, field, map);
            default -> xml.element(name, ScalarText.print(field, value, Format.ISO_8601));
        }
    }

    private void writeList(XmlText xml, String name, SdkField<?> field, List<?> list) {
        ListTrait trait = field.getRequiredTrait(ListTrait.class);
        if (!trait.isFlattened()) {
            xml.open(name);
        }
        for (Object item : list) {
            String itemName = trait.isFlattened() ? name : memberName(trait);
            writeValue(xml, itemName, trait.memberFieldInfo(), item);
        }
        if (!trait.isFlattened()) {
            xml.close(name);
        }
    }

    private void writeMap(XmlText xml, String name, SdkField<?> field, Map<?, ?> map) {
        MapTrait trait = field.getRequiredTrait(MapTrait.class);
        String entryName = trait.isFlattened() ? name : "entry";
        if (!trait.isFlattened()) {
            xml.open(name);
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            xml.open(entryName);
            xml.element(trait.keyLocationName(), entry.getKey().toString());
            writeValue(xml, trait.valueLocationName(), trait.valueFieldInfo(), entry.getValue());
            xml.close(entryName);
        }
        if (!trait.isFlattened()) {
            xml.close(name);
        }
    }

    @Override
    public WireResponse writeError(AwsError error, String requestId) {
        Optional<ErrorFacts> modeled = facts.error(error.code()).flatMap(Shape.Structure::error);
        int status = modeled.map(ErrorFacts::status).orElse(error.status());
        String code =
                modeled.flatMap(ErrorFacts::code)
                        .orElseGet(() -> COMMON_CODES.getOrDefault(error.code(), error.code()));
        XmlText xml = new XmlText();
        xml.open("ErrorResponse", facts.xmlNamespace());
        xml.open("Error");
        xml.element("Type", status < 500 ? "Sender" : "Receiver");
        xml.element("Code", code);
        xml.element("Message", error.message());
        error.members().forEach((name, value) -> xml.element(name, value.toString()));
        xml.close("Error");
        xml.element("RequestId", requestId);
        xml.close("ErrorResponse");
        return reply(status, xml);
    }

    private static WireResponse reply(int status, XmlText xml) {
        return new WireResponse(
                status,
                Map.of("Content-Type", "text/xml"),
                xml.toString().getBytes(StandardCharsets.UTF_8));
    }
}
