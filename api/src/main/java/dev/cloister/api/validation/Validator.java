package dev.cloister.api.validation;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.api.facts.Shape.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** Checks inputs against a service's model. Thread-safe. */
public final class Validator {
    /** An input with more faults than this is reported with the first ones. */
    private static final int MAX_FAULTS = 100;

    /** Longer values are cut in messages, so that a reply stays smaller than its request. */
    private static final int MAX_SHOWN = 4_096;

    private final ServiceFacts facts;

    public Validator(ServiceFacts facts) {
        this.facts = facts;
    }

    /**
     * @param inputShape the input's shape in the model
     * @throws AwsError {@code ValidationException} naming every fault
     */
    public void validate(String inputShape, SdkPojo input) {
        List<String> faults = new ArrayList<>(0);
        facts.structure(inputShape).ifPresent(shape -> structure(shape, input, "", faults));
        if (faults.isEmpty()) {
            return;
        }
        throw new AwsError(
                "ValidationException",
                400,
                faults.size()
                        + (faults.size() == 1
                                ? " validation error detected: "
                                : " validation errors detected: ")
                        + String.join("; ", faults));
    }

    private void structure(Shape.Structure shape, SdkPojo pojo, String path, List<String> faults) {
        Map<String, Object> values = values(pojo);
        for (Member member : shape.members().values()) {
            if (faults.size() >= MAX_FAULTS) {
                return;
            }
            Object value = values.get(member.name());
            String memberPath = path + lowerFirst(member.name());
            if (value == null) {
                if (shape.required().contains(member.name())) {
                    faults.add(fault("Value null", memberPath, Constraints.NOT_NULL));
                }
            } else if (!Exemptions.contains(facts.signingName(), shape.name(), member.name())) {
                facts.shape(member.shape())
                        .ifPresent(target -> value(target, value, memberPath, faults));
            }
        }
    }

    /** The members that were set, by the model's names. */
    private static Map<String, Object> values(SdkPojo pojo) {
        Map<String, Object> values = new HashMap<>();
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = field.getValueOrDefault(pojo);
            if (value != null
                    && !(value instanceof SdkAutoConstructList)
                    && !(value instanceof SdkAutoConstructMap)) {
                values.put(field.memberName(), value);
            }
        }
        return values;
    }

    private void value(Shape shape, Object value, String path, List<String> faults) {
        switch (shape) {
            case Shape.Structure structure -> {
                if (value instanceof SdkPojo pojo) {
                    structure(structure, pojo, path + ".", faults);
                }
            }
            case Shape.ListOf list -> {
                if (value instanceof List<?> items) {
                    list(list, items, path, faults);
                }
            }
            case Shape.MapOf map -> {
                if (value instanceof Map<?, ?> entries) {
                    map(map, entries, path, faults);
                }
            }
            case Shape.Text _, Shape.Numeric _, Shape.Blob _, Shape.Plain _ -> {
                for (String constraint : broken(shape, value)) {
                    faults.add(fault(shown(shape.sensitive(), value), path, constraint));
                }
            }
        }
    }

    private static List<String> broken(Shape shape, @Nullable Object value) {
        if (value == null) {
            return List.of(Constraints.NOT_NULL);
        }
        return switch (shape) {
            case Shape.Text text -> Constraints.broken(text, value.toString());
            case Shape.Numeric numeric ->
                    value instanceof Number number
                            ? Constraints.broken(numeric.range(), number.doubleValue(), "value")
                            : List.of();
            case Shape.Blob blob ->
                    value instanceof SdkBytes bytes
                            ? Constraints.broken(
                                    blob.length(), bytes.asByteArrayUnsafe().length, "length")
                            : List.of();
            case Shape.Structure _, Shape.ListOf _, Shape.MapOf _, Shape.Plain _ -> List.of();
        };
    }

    private void list(Shape.ListOf shape, List<?> items, String path, List<String> faults) {
        Shape member = facts.shape(shape.member()).orElseThrow();
        boolean sensitive = shape.sensitive() || member.sensitive();
        for (String constraint : Constraints.broken(shape.size(), items.size(), "length")) {
            faults.add(fault(shown(sensitive, items), path, constraint));
        }
        boolean anyBroken = false;
        for (int i = 0; i < items.size() && faults.size() < MAX_FAULTS; i++) {
            Object item = items.get(i);
            if (item != null && isNested(member)) {
                value(member, item, path + "." + (i + 1) + ".member", faults);
            } else {
                anyBroken |= !broken(member, item).isEmpty();
            }
        }
        if (anyBroken) {
            String constraint = "Member must satisfy constraint: " + Constraints.all(member);
            faults.add(fault(shown(sensitive, items), path, constraint));
        }
    }

    private void map(Shape.MapOf shape, Map<?, ?> entries, String path, List<String> faults) {
        Shape key = facts.shape(shape.key()).orElseThrow();
        Shape value = facts.shape(shape.value()).orElseThrow();
        boolean sensitive = shape.sensitive() || key.sensitive() || value.sensitive();
        for (String constraint : Constraints.broken(shape.size(), entries.size(), "length")) {
            faults.add(fault(shown(sensitive, entries), path, constraint));
        }
        boolean keysBroken = false;
        boolean valuesBroken = false;
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            if (faults.size() >= MAX_FAULTS) {
                return;
            }
            keysBroken |= !broken(key, entry.getKey()).isEmpty();
            Object item = entry.getValue();
            if (item != null && isNested(value)) {
                value(value, item, path + "." + entry.getKey() + ".member", faults);
            } else {
                valuesBroken |= !broken(value, item).isEmpty();
            }
        }
        if (keysBroken) {
            String constraint = "Map keys must satisfy constraint: " + Constraints.all(key);
            faults.add(fault(shown(sensitive, entries), path, constraint));
        }
        if (valuesBroken) {
            String constraint = "Map value must satisfy constraint: " + Constraints.all(value);
            faults.add(fault(shown(sensitive, entries), path, constraint));
        }
    }

    private static boolean isNested(Shape shape) {
        return switch (shape) {
            case Shape.Structure _, Shape.ListOf _, Shape.MapOf _ -> true;
            case Shape.Text _, Shape.Numeric _, Shape.Blob _, Shape.Plain _ -> false;
        };
    }

    private static String fault(String value, String path, String constraint) {
        return value + " at '" + path + "' failed to satisfy constraint: " + constraint;
    }

    /** {@code Value 'x'}, or just {@code Value} for what must not be shown. */
    private static String shown(boolean sensitive, Object value) {
        if (sensitive || value instanceof SdkBytes) {
            return "Value";
        }
        String text = value.toString();
        return "Value '"
                + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text)
                + "'";
    }

    private static String lowerFirst(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
