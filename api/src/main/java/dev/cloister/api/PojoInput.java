package dev.cloister.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** A decoded input as rules of access read it. */
final class PojoInput implements AccessInput {
    private final SdkPojo pojo;

    PojoInput(SdkPojo pojo) {
        this.pojo = pojo;
    }

    private Optional<Object> value(String member) {
        for (SdkField<?> field : pojo.sdkFields()) {
            if (field.memberName().equals(member)) {
                return Optional.ofNullable(field.getValueOrDefault(pojo));
            }
        }
        throw new IllegalArgumentException(
                pojo.getClass().getSimpleName() + " has no member " + member);
    }

    private boolean has(String member) {
        return pojo.sdkFields().stream().anyMatch(field -> field.memberName().equals(member));
    }

    @Override
    public Optional<String> text(String member) {
        return value(member).map(Object::toString);
    }

    @Override
    public List<String> texts(String member) {
        return value(member)
                .filter(List.class::isInstance)
                .map(list -> ((List<?>) list).stream().map(Object::toString).toList())
                .orElse(List.of());
    }

    @Override
    public Map<String, String> tags(String member) {
        Map<String, String> tags = new LinkedHashMap<>();
        switch (value(member).orElse(Map.of())) {
            case Map<?, ?> map ->
                    map.forEach((key, value) -> tags.put(key.toString(), String.valueOf(value)));
            case List<?> pairs -> {
                for (Object pair : pairs) {
                    if (pair instanceof SdkPojo tag) {
                        PojoInput inside = new PojoInput(tag);
                        // KMS says TagKey and TagValue, others Key and Value.
                        String prefix = inside.has("TagKey") ? "Tag" : "";
                        inside.text(prefix + "Key")
                                .ifPresent(
                                        key ->
                                                tags.put(
                                                        key,
                                                        inside.text(prefix + "Value").orElse("")));
                    }
                }
            }
            default -> throw new IllegalArgumentException(member + " holds no tags");
        }
        return tags;
    }

    @Override
    public Optional<AccessInput> inside(String member) {
        return value(member)
                .filter(SdkPojo.class::isInstance)
                .map(SdkPojo.class::cast)
                .map(PojoInput::new);
    }
}
