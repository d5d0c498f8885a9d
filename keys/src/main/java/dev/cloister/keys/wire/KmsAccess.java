package dev.cloister.keys.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What KMS's operations need to be allowed before a key is looked at (KMS Developer Guide, "AWS KMS
 * permissions"). An operation on a key is decided about where the key is found, once, by its
 * policy, the caller's own policies and its grants together ({@code KeyGate}): its rule asks for
 * nothing here. What has no key, and the aliases, are the caller's own policies' business alone.
 */
final class KmsAccess {
    /** Decided where the key is found. */
    private static final List<String> OF_KEYS =
            List.of(
                    "CancelKeyDeletion",
                    "CreateGrant",
                    "Decrypt",
                    "DeleteImportedKeyMaterial",
                    "DeriveSharedSecret",
                    "DescribeKey",
                    "DisableKey",
                    "DisableKeyRotation",
                    "EnableKey",
                    "EnableKeyRotation",
                    "Encrypt",
                    "GenerateDataKey",
                    "GenerateDataKeyPair",
                    "GenerateDataKeyPairWithoutPlaintext",
                    "GenerateDataKeyWithoutPlaintext",
                    "GenerateMac",
                    "GetKeyLastUsage",
                    "GetKeyPolicy",
                    "GetKeyRotationStatus",
                    "GetParametersForImport",
                    "GetPublicKey",
                    "ImportKeyMaterial",
                    "ListGrants",
                    "ListKeyPolicies",
                    "ListKeyRotations",
                    "ListResourceTags",
                    "PutKeyPolicy",
                    "ReEncrypt",
                    "ReplicateKey",
                    "RetireGrant",
                    "RevokeGrant",
                    "RotateKeyOnDemand",
                    "ScheduleKeyDeletion",
                    "Sign",
                    "TagResource",
                    "UntagResource",
                    "UpdateKeyDescription",
                    "UpdatePrimaryRegion",
                    "Verify",
                    "VerifyMac");

    /** Without a key; "*" is the only resource that their actions know. */
    private static final List<String> OF_NOTHING =
            List.of(
                    "ConnectCustomKeyStore",
                    "CreateCustomKeyStore",
                    "DeleteCustomKeyStore",
                    "DescribeCustomKeyStores",
                    "DisconnectCustomKeyStore",
                    "GenerateRandom",
                    "ListAliases",
                    "ListKeys",
                    "ListRetirableGrants",
                    "UpdateCustomKeyStore");

    private KmsAccess() {}

    static AccessTable table() {
        Map<String, AccessRule> rules = new HashMap<>();
        OF_KEYS.forEach(operation -> rules.put(operation, (input, context) -> List.of()));
        OF_NOTHING.forEach(
                operation ->
                        rules.put(
                                operation,
                                (input, context) ->
                                        List.of(AccessCheck.of("kms:" + operation, "*"))));
        // The alias here; its key, and the key that it shall have, where they are found.
        for (String operation : List.of("CreateAlias", "DeleteAlias", "UpdateAlias")) {
            rules.put(operation, (input, context) -> alias(operation, input, context));
        }
        rules.put("CreateKey", (input, context) -> creation(input));
        return AccessTable.of(rules);
    }

    private static List<AccessCheck> alias(
            String operation, AccessInput input, RequestContext context) {
        return List.of(
                AccessCheck.of(
                                "kms:" + operation,
                                "arn:aws:kms:%s:%s:%s"
                                        .formatted(
                                                context.region(),
                                                context.account(),
                                                input.text("AliasName").orElse("")),
                                Map.of("kms:CallerAccount", List.of(context.account().value())))
                        .ofCallerOnly());
    }

    private static List<AccessCheck> creation(AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        keys.put(
                "kms:KeySpec",
                List.of(
                        input.text("KeySpec")
                                .or(() -> input.text("CustomerMasterKeySpec"))
                                .orElse("SYMMETRIC_DEFAULT")));
        keys.put("kms:KeyUsage", List.of(input.text("KeyUsage").orElse("ENCRYPT_DECRYPT")));
        keys.put("kms:KeyOrigin", List.of(input.text("Origin").orElse("AWS_KMS")));
        keys.put("kms:MultiRegion", List.of(input.text("MultiRegion").orElse("false")));
        keys.put(
                "kms:BypassPolicyLockoutSafetyCheck",
                List.of(input.text("BypassPolicyLockoutSafetyCheck").orElse("false")));
        Map<String, String> tags = input.tags("Tags");
        if (tags.isEmpty()) {
            return List.of(AccessCheck.of("kms:CreateKey", "*", keys));
        }
        Map<String, List<String>> tagKeys = new HashMap<>();
        tags.forEach((name, value) -> tagKeys.put("aws:RequestTag/" + name, List.of(value)));
        tagKeys.put("aws:TagKeys", List.copyOf(tags.keySet()));
        keys.putAll(tagKeys);
        // CreateKey, "Required permissions": kms:TagResource too where the key gets tags.
        return List.of(
                AccessCheck.of("kms:CreateKey", "*", keys),
                AccessCheck.of("kms:TagResource", "*", tagKeys));
    }
}
