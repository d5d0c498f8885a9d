package dev.cloister.keys.managed;

import java.util.Optional;

/**
 * What a decryption gave; whoever has it closes {@code bytes}.
 *
 * @param materialId of symmetric keys alone
 */
public record Plaintext(ManagedKey key, Optional<String> materialId, SecretBytes bytes) {}
