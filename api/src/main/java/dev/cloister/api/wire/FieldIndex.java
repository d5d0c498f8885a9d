package dev.cloister.api.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;

/**
 * The body members of Amazon's types by wire name. Thread-safe; grows to the number of types in
 * use.
 */
final class FieldIndex {
    private final ConcurrentHashMap<Class<?>, Map<String, SdkField<?>>> byType =
            new ConcurrentHashMap<>();

    /** All members by their names in a body, whatever their location in REST protocols. */
    Map<String, SdkField<?>> bodyMembers(SdkPojo pojo) {
        return byType.computeIfAbsent(pojo.getClass(), type -> index(pojo));
    }

    private static Map<String, SdkField<?>> index(SdkPojo pojo) {
        Map<String, SdkField<?>> fields = new HashMap<>();
        for (SdkField<?> field : pojo.sdkFields()) {
            if (field.location() == MarshallLocation.PAYLOAD) {
                fields.put(field.locationName(), field);
            }
        }
        return Map.copyOf(fields);
    }
}
