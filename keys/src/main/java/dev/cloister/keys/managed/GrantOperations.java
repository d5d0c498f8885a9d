package dev.cloister.keys.managed;

import java.util.ArrayList;
import java.util.List;

/** Which operations a grant may name (KMS Developer Guide, "Grant operations"). */
final class GrantOperations {
    private GrantOperations() {}

    static List<String> of(ManagedKey key) {
        List<String> operations =
                new ArrayList<>(List.of("DescribeKey", "CreateGrant", "RetireGrant"));
        switch (key.usage()) {
            case ENCRYPT_DECRYPT ->
                    operations.addAll(
                            List.of("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"));
            case SIGN_VERIFY -> operations.addAll(List.of("Sign", "Verify"));
            case GENERATE_VERIFY_MAC -> operations.addAll(List.of("GenerateMac", "VerifyMac"));
            case KEY_AGREEMENT -> operations.add("DeriveSharedSecret");
        }
        if (key.spec().isAsymmetric()) {
            operations.add("GetPublicKey");
        } else if (!key.spec().encryptionAlgorithms().isEmpty()) {
            operations.addAll(
                    List.of(
                            "GenerateDataKey",
                            "GenerateDataKeyWithoutPlaintext",
                            "GenerateDataKeyPair",
                            "GenerateDataKeyPairWithoutPlaintext"));
        }
        return operations;
    }
}
