package dev.cloister.api.wire;

import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;

/** Writes Amazon's types as restXml has them. */
final class XmlPojoWriter {
    private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";

    private XmlPojoWriter() {}

    /** The members of the body; the outer element is the caller's. */
    static void members(XmlText xml, SdkPojo pojo) {
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = field.getValueOrDefault(pojo);
            if (field.location() == MarshallLocation.PAYLOAD
                    && !field.containsTrait(XmlAttributeTrait.class)
                    && JsonPojoWriter.isPresent(value)) {
                value(xml, field.unmarshallLocationName(), field, value);
            }
        }
    }

    private static void value(XmlText xml, String name, SdkField<?> field, Object value) {
        switch (value) {
            case SdkPojo pojo -> structure(xml, name, pojo);
            case List<?> list -> list(xml, name, field, list);
            default -> xml.element(name, ScalarText.print(field, value, Format.ISO_8601));
        }
    }

    private static void structure(XmlText xml, String name, SdkPojo pojo) {
        boolean opened = false;
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = field.getValueOrDefault(pojo);
            if (field.containsTrait(XmlAttributeTrait.class) && value != null) {
                xml.open(name, INSTANCE, field.unmarshallLocationName(), value.toString());
                opened = true;
            }
        }
        if (!opened) {
            xml.open(name);
        }
        members(xml, pojo);
        xml.close(name);
    }

    private static void list(XmlText xml, String name, SdkField<?> field, List<?> list) {
        ListTrait trait = field.getRequiredTrait(ListTrait.class);
        if (trait.isFlattened()) {
            list.forEach(item -> value(xml, name, trait.memberFieldInfo(), item));
            return;
        }
        String member = trait.memberLocationName() == null ? "member" : trait.memberLocationName();
        xml.open(name);
        list.forEach(item -> value(xml, member, trait.memberFieldInfo(), item));
        xml.close(name);
    }
}
