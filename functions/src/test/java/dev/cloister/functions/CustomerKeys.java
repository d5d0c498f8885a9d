package dev.cloister.functions;

import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.KeyUnavailableException;
import java.util.Map;

/**
 * An installation's keys in which every customer's key exists, but those whose ARN ends with {@code
 * missing}.
 */
final class CustomerKeys implements EnvelopeKeys {
    private final EnvelopeKeys own;

    CustomerKeys(EnvelopeKeys own) {
        this.own = own;
    }

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext) {
        if (key.alias().endsWith("missing")) {
            throw new KeyUnavailableException(
                    "KMS Exception: NotFoundException KMS Message: Key '%s' does not exist"
                            .formatted(key.alias()));
        }
        return key.alias().startsWith("arn:")
                ? own.generateDataKey(
                        new KeyRef(key.account(), "alias/customer"), encryptionContext)
                : own.generateDataKey(key, encryptionContext);
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext) {
        return own.unwrap(wrapped, encryptionContext);
    }
}
