package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * restXml in S3's dialect: members in path, query, headers, and an XML body. Errors are S3's
 * documents ("REST error responses").
 */
public final class RestXmlCodec implements Codec {
    private static final String XML = "application/xml";

    /** What S3 calls its replies; where it is absent, the operation's name and Result. */
    private static final Map<String, String> ROOTS =
            Map.of(
                    "ListBuckets", "ListAllMyBucketsResult",
                    "ListObjects", "ListBucketResult",
                    "ListObjectsV2", "ListBucketResult",
                    "ListObjectVersions", "ListVersionsResult",
                    "CreateMultipartUpload", "InitiateMultipartUploadResult",
                    "DeleteObjects", "DeleteResult",
                    "GetBucketVersioning", "VersioningConfiguration",
                    "GetBucketTagging", "Tagging",
                    "GetObjectTagging", "Tagging",
                    "GetBucketAcl", "AccessControlPolicy");

    private final ServiceFacts facts;
    private final XmlPojoReader reader = new XmlPojoReader(new FieldIndex());

    RestXmlCodec(ServiceFacts facts) {
        this.facts = facts;
    }

    @Override
    public SdkPojo readInput(OperationFacts operation, SdkPojo builder, WireRequest request) {
        for (SdkField<?> field : builder.sdkFields()) {
            if (field.location() == MarshallLocation.HEADER) {
                readHeader(field, builder, request);
            } else if (field.location() != MarshallLocation.PAYLOAD) {
                bound(field, builder, request);
            } else if (field.containsTrait(PayloadTrait.class) && request.body().length > 0) {
                readPayload(field, builder, request.body());
            }
        }
        return (SdkPojo) ((Buildable) builder).build();
    }

    /** S3 calls a value of the wrong type an invalid argument. */
    private static void bound(SdkField<?> field, SdkPojo builder, WireRequest request) {
        try {
            RestJsonCodec.readBound(field, builder, request);
        } catch (AwsError e) {
            throw new AwsError(
                    "InvalidArgument",
                    400,
                    "Provided " + field.locationName() + " not an integer or within integer range",
                    Map.of("ArgumentName", field.locationName()));
        }
    }

    private static void readHeader(SdkField<?> field, SdkPojo builder, WireRequest request) {
        String name = field.locationName().toLowerCase(Locale.ROOT);
        MarshallingKnownType type = field.marshallingType().getKnownType();
        if (type == MarshallingKnownType.MAP) {
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < request.head().headers().size(); i++) {
                String header = request.head().headers().name(i);
                if (header.startsWith(name)) {
                    values.merge(
                            header.substring(name.length()),
                            request.head().headers().value(i),
                            (first, next) -> first + "," + next);
                }
            }
            field.set(builder, values);
        } else if (type == MarshallingKnownType.LIST) {
            request.head()
                    .headers()
                    .first(name)
                    .ifPresent(
                            text ->
                                    field.set(
                                            builder,
                                            List.of(text.split(",", -1)).stream()
                                                    .map(String::strip)
                                                    .toList()));
        } else {
            bound(field, builder, request);
        }
    }

    private void readPayload(SdkField<?> field, SdkPojo builder, byte[] body) {
        switch (field.marshallingType().getKnownType()) {
            case SDK_POJO -> {
                SdkPojo nested = field.constructor().get();
                reader.read(body, field.locationName(), nested);
                field.set(builder, ((Buildable) nested).build());
            }
            case STRING -> field.set(builder, new String(body, StandardCharsets.UTF_8));
            default ->
                    throw new IllegalStateException(
                            "no payload of type "
                                    + field.marshallingType()
                                    + " is modeled in restXml");
        }
    }

    @Override
    public WireResponse writeOutput(OperationFacts operation, SdkPojo output, String requestId) {
        Map<String, String> headers = headers(output);
        headers.put("Content-Type", XML);
        Optional<SdkField<?>> payload = payload(output);
        if (payload.isPresent() && payload.get().getValueOrDefault(output) instanceof String text) {
            headers.put("Content-Type", "application/json");
            return new WireResponse(200, headers, text.getBytes(StandardCharsets.UTF_8));
        }
        boolean bodyless =
                output.sdkFields().stream()
                        .noneMatch(field -> field.location() == MarshallLocation.PAYLOAD);
        if (bodyless) {
            headers.remove("Content-Type");
            return new WireResponse(operation.responseCode(), headers, new byte[0]);
        }
        XmlText xml = new XmlText();
        xml.declaration();
        writeDocument(xml, operation, output, payload);
        return new WireResponse(
                operation.responseCode(), headers, xml.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void writeDocument(
            XmlText xml, OperationFacts operation, SdkPojo output, Optional<SdkField<?>> payload) {
        String root = ROOTS.getOrDefault(operation.name(), operation.name() + "Result");
        if (payload.isPresent()) {
            root = payload.get().unmarshallLocationName();
        }
        if (operation.name().equals("GetBucketLocation")) {
            // The one reply that is its only member.
            xml.open("LocationConstraint", namespace());
            output.sdkFields().stream()
                    .map(field -> field.getValueOrDefault(output))
                    .filter(JsonPojoWriter::isPresent)
                    .forEach(value -> xml.text(value.toString()));
            xml.close("LocationConstraint");
            return;
        }
        xml.open(root, namespace());
        if (payload.isPresent()) {
            if (payload.get().getValueOrDefault(output) instanceof SdkPojo nested) {
                XmlPojoWriter.members(xml, nested);
            }
        } else {
            XmlPojoWriter.members(xml, output);
        }
        xml.close(root);
    }

    /** The facts name it shape by shape only. */
    private String namespace() {
        return facts.xmlNamespace().isEmpty()
                ? "http://s3.amazonaws.com/doc/2006-03-01/"
                : facts.xmlNamespace();
    }

    private static Optional<SdkField<?>> payload(SdkPojo output) {
        for (SdkField<?> field : output.sdkFields()) {
            if (field.containsTrait(PayloadTrait.class)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** The members of a reply that go out as headers. */
    public static Map<String, String> headers(SdkPojo output) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (SdkField<?> field : output.sdkFields()) {
            Object value = field.getValueOrDefault(output);
            if (field.location() != MarshallLocation.HEADER || !JsonPojoWriter.isPresent(value)) {
                continue;
            }
            if (value instanceof Map<?, ?> map) {
                map.forEach(
                        (name, text) -> headers.put(field.locationName() + name, text.toString()));
            } else if (value instanceof List<?> list) {
                headers.put(
                        field.locationName(),
                        list.stream().map(Object::toString).collect(Collectors.joining(",")));
            } else {
                headers.put(field.locationName(), ScalarText.print(field, value, Format.RFC_822));
            }
        }
        return headers;
    }

    @Override
    public WireResponse writeError(AwsError error, String requestId) {
        Map<String, String> headers = new LinkedHashMap<>();
        XmlText xml = new XmlText();
        xml.declaration();
        xml.open("Error");
        xml.element("Code", error.code());
        xml.element("Message", error.message());
        error.members()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith("x-amz-") || name.equals("Content-Range")) {
                                headers.put(name, value.toString());
                            } else {
                                xml.element(name, value.toString());
                            }
                        });
        xml.element("RequestId", requestId);
        xml.element("HostId", hostId(requestId));
        xml.close("Error");
        headers.put("Content-Type", XML);
        byte[] body =
                error.status() == 304
                        ? new byte[0]
                        : xml.toString().getBytes(StandardCharsets.UTF_8);
        return new WireResponse(error.status(), headers, body);
    }

    /** The second of the two ids that S3 gives a request; opaque to clients. */
    public static String hostId(String requestId) {
        return Base64.getEncoder().encodeToString(requestId.getBytes(StandardCharsets.US_ASCII));
    }
}
