package dev.cloister.keys.managed;

/** Where a key's material comes from, by KMS's own names. */
public enum KeyOrigin {
    AWS_KMS,
    EXTERNAL
}
