package dev.cloister.storage;

import java.util.Map;

/**
 * Envelope encryption as storage needs it; the keys module implements it. Thread-safe.
 *
 * <p>An encryption context is bound to a wrapped key as additional data: unwrapping with another
 * context fails (KMS: "Encryption context").
 */
public interface EnvelopeKeys {

    /** Makes a fresh 256-bit data key under the named key. */
    DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext);

    /**
     * Recovers a data key.
     *
     * @throws KeyUnavailableException if the wrapped key was made under another key or context, was
     *     changed, or its key can't be used
     */
    DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext);

    /**
     * Names a key: the account that owns it and its alias, for example {@code alias/aws/lambda}.
     */
    record KeyRef(String account, String alias) {}
}
