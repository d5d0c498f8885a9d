package dev.cloister.s3.wire;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** Amazon's types that have members in common. */
final class Pojos {
    private Pojos() {}

    /** Sets what {@code from} has by the same member names, and returns the builder. */
    static <B extends SdkPojo> B copy(SdkPojo from, B builder) {
        Map<String, Object> values = new HashMap<>();
        for (SdkField<?> field : from.sdkFields()) {
            Object value = field.getValueOrDefault(from);
            if (value != null) {
                values.put(field.memberName(), value);
            }
        }
        for (SdkField<?> field : builder.sdkFields()) {
            Object value = values.get(field.memberName());
            if (value != null) {
                field.set(builder, value);
            }
        }
        return builder;
    }
}
