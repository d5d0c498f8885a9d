package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kms.model.GrantConstraints;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * The condition keys that follow from a request's members (KMS Developer Guide, "AWS KMS condition
 * keys"); those that follow from the key or from an encryption context are the keys' own business.
 */
final class RequestKeys {
    /** Members whose value is the condition key's. */
    private static final Map<String, String> KEYS =
            Map.ofEntries(
                    Map.entry(
                            "BypassPolicyLockoutSafetyCheck", "kms:BypassPolicyLockoutSafetyCheck"),
                    Map.entry("ExpirationModel", "kms:ExpirationModel"),
                    Map.entry("GranteePrincipal", "kms:GranteePrincipal"),
                    Map.entry("KeyAgreementAlgorithm", "kms:KeyAgreementAlgorithm"),
                    Map.entry("KeyPairSpec", "kms:DataKeyPairSpec"),
                    Map.entry("MacAlgorithm", "kms:MacAlgorithm"),
                    Map.entry("MessageType", "kms:MessageType"),
                    Map.entry("Operations", "kms:GrantOperations"),
                    Map.entry("PendingWindowInDays", "kms:ScheduleKeyDeletionPendingWindowInDays"),
                    Map.entry("RetiringPrincipal", "kms:RetiringPrincipal"),
                    Map.entry("RotationPeriodInDays", "kms:RotationPeriodInDays"),
                    Map.entry("SigningAlgorithm", "kms:SigningAlgorithm"),
                    Map.entry("ValidTo", "kms:ValidTo"),
                    Map.entry("WrappingAlgorithm", "kms:WrappingAlgorithm"),
                    Map.entry("WrappingKeySpec", "kms:WrappingKeySpec"));

    private RequestKeys() {}

    /** Who signed a request, with what the request asks for. */
    static KeyCaller caller(SdkPojo request, RequestContext context) {
        Map<String, List<String>> keys = new HashMap<>();
        for (SdkField<?> field : request.sdkFields()) {
            Object value = field.getValueOrDefault(request);
            if (value != null) {
                put(keys, field.memberName(), value);
            } else if (field.memberName().equals("MessageType")) {
                keys.put("kms:MessageType", List.of("RAW"));
            }
        }
        return KeyCaller.of(context).with(keys);
    }

    private static void put(Map<String, List<String>> keys, String member, Object value) {
        switch (member) {
            case "KeyId", "DestinationKeyId", "SourceKeyId" -> {
                String name = value.toString();
                int alias = name.indexOf("alias/");
                if (alias >= 0) {
                    keys.put("kms:RequestAlias", List.of(name.substring(alias)));
                }
            }
            case "Tags" -> putTags(keys, items(value, Tag.class));
            case "TagKeys" -> keys.put("aws:TagKeys", strings(value));
            case "Constraints" -> putConstraint(keys, (GrantConstraints) value);
            default -> {
                String key = KEYS.get(member);
                if (key != null) {
                    keys.put(key, strings(value));
                }
            }
        }
    }

    private static void putTags(Map<String, List<String>> keys, List<Tag> tags) {
        List<String> names = new ArrayList<>();
        for (Tag tag : tags) {
            names.add(tag.tagKey());
            keys.put("aws:RequestTag/" + tag.tagKey(), List.of(tag.tagValue()));
        }
        if (!names.isEmpty()) {
            keys.put("aws:TagKeys", names);
        }
    }

    private static void putConstraint(
            Map<String, List<String>> keys, GrantConstraints constraints) {
        if (constraints.hasEncryptionContextEquals()) {
            keys.put("kms:GrantConstraintType", List.of("EncryptionContextEquals"));
        } else if (constraints.hasEncryptionContextSubset()) {
            keys.put("kms:GrantConstraintType", List.of("EncryptionContextSubset"));
        }
    }

    private static List<String> strings(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of(value.toString());
    }

    private static <T> List<T> items(Object value, Class<T> type) {
        return ((List<?>) value).stream().map(type::cast).toList();
    }
}
