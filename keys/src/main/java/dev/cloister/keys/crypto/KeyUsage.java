package dev.cloister.keys.crypto;

/** What a KMS key is for, by KMS's own names. */
public enum KeyUsage {
    ENCRYPT_DECRYPT,
    SIGN_VERIFY,
    GENERATE_VERIFY_MAC,
    KEY_AGREEMENT
}
