package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/** Reads XML into builders of Amazon's types, element by element. Thread-safe. */
final class XmlPojoReader {
    private static final int MAX_DEPTH = 32;

    private final FieldIndex fields;
    private final XMLInputFactory factory = factory();

    XmlPojoReader(FieldIndex fields) {
        this.fields = fields;
    }

    /** No document type, so no entity but XML's own five, and nothing from elsewhere. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver(
                (publicId, systemId, base, namespace) -> {
                    throw new XMLStreamException("no external entities");
                });
        return factory;
    }

    /**
     * Sets the builder's members from a document.
     *
     * @param root the name of its outermost element
     */
    void read(byte[] body, String root, SdkPojo builder) {
        try {
            XMLStreamReader xml;
            synchronized (factory) {
                xml = factory.createXMLStreamReader(new ByteArrayInputStream(body));
            }
            while (xml.next() != XMLStreamConstants.START_ELEMENT) {
                if (xml.getEventType() == XMLStreamConstants.DTD) {
                    throw malformed();
                }
            }
            if (!xml.getLocalName().equals(root)) {
                throw malformed();
            }
            readStructure(xml, builder, 1);
            while (xml.hasNext()) {
                xml.next();
            }
        } catch (XMLStreamException e) {
            throw malformed();
        }
    }

    private void readStructure(XMLStreamReader xml, SdkPojo builder, int depth)
            throws XMLStreamException {
        if (depth > MAX_DEPTH) {
            throw malformed();
        }
        Map<String, SdkField<?>> members = fields.bodyMembers(builder);
        Map<SdkField<?>, List<Object>> flat = new HashMap<>();
        for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
            if (event != XMLStreamConstants.START_ELEMENT) {
                requireBlank(xml, event);
                continue;
            }
            SdkField<?> field = members.get(xml.getLocalName());
            if (field == null) {
                skip(xml, depth);
            } else if (isFlat(field)) {
                SdkField<?> member = field.getRequiredTrait(ListTrait.class).memberFieldInfo();
                flat.computeIfAbsent(field, f -> new ArrayList<>())
                        .add(readValue(xml, member, depth));
            } else {
                field.set(builder, readValue(xml, field, depth));
            }
        }
        flat.forEach((field, values) -> field.set(builder, values));
    }

    private static boolean isFlat(SdkField<?> field) {
        return field.getOptionalTrait(ListTrait.class).filter(ListTrait::isFlattened).isPresent();
    }

    private Object readValue(XMLStreamReader xml, SdkField<?> field, int depth)
            throws XMLStreamException {
        return switch (field.marshallingType().getKnownType()) {
            case SDK_POJO -> {
                SdkPojo nested = field.constructor().get();
                readStructure(xml, nested, depth + 1);
                yield ((Buildable) nested).build();
            }
            case LIST -> readList(xml, field, depth + 1);
            case MAP -> {
                skip(xml, depth);
                yield new LinkedHashMap<String, Object>();
            }
            default -> scalar(field, xml.getElementText());
        };
    }

    private static Object scalar(SdkField<?> field, String text) {
        try {
            return ScalarText.parse(field, text, Format.ISO_8601);
        } catch (AwsError e) {
            throw malformed();
        }
    }

    private List<Object> readList(XMLStreamReader xml, SdkField<?> field, int depth)
            throws XMLStreamException {
        ListTrait trait = field.getRequiredTrait(ListTrait.class);
        String wanted = trait.memberLocationName() == null ? "member" : trait.memberLocationName();
        List<Object> values = new ArrayList<>();
        for (int event = xml.next(); event != XMLStreamConstants.END_ELEMENT; event = xml.next()) {
            if (event != XMLStreamConstants.START_ELEMENT) {
                requireBlank(xml, event);
            } else if (xml.getLocalName().equals(wanted)) {
                values.add(readValue(xml, trait.memberFieldInfo(), depth));
            } else {
                skip(xml, depth);
            }
        }
        return values;
    }

    /** Between elements there is white space, a comment or an instruction, and nothing else. */
    private static void requireBlank(XMLStreamReader xml, int event) {
        boolean text = event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA;
        if (event == XMLStreamConstants.END_DOCUMENT || (text && !xml.isWhiteSpace())) {
            throw malformed();
        }
    }

    private static void skip(XMLStreamReader xml, int depth) throws XMLStreamException {
        int open = 1;
        while (open > 0) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                open++;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                open--;
            }
            if (open + depth > MAX_DEPTH) {
                throw malformed();
            }
        }
    }

    static AwsError malformed() {
        return new AwsError(
                "MalformedXML",
                400,
                "The XML you provided was not well-formed or did not validate against our"
                        + " published schema");
    }
}
