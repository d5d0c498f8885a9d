package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.KeyUnavailableException;
import java.util.Map;
import java.util.Optional;

/** Keys of customers, by their ARNs, on top of the accounts' own; "missing" ones there are not. */
final class CustomerKeys implements EnvelopeKeys, CodeReaders {
    private final EnvelopeKeys own;
    private final Map<String, AwsError> unusable;

    CustomerKeys(EnvelopeKeys own, Map<String, AwsError> unusable) {
        this.own = own;
        this.unusable = unusable;
    }

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext) {
        if (key.alias().endsWith("missing")) {
            throw unavailable(
                    new AwsError(
                            "NotFoundException",
                            400,
                            "Key '%s' does not exist".formatted(key.alias())));
        }
        AwsError refusal = unusable.get(key.alias());
        if (refusal != null) {
            throw unavailable(refusal);
        }
        return key.alias().startsWith("arn:")
                ? own.generateDataKey(
                        new KeyRef(key.account(), "alias/customer"), encryptionContext)
                : own.generateDataKey(key, encryptionContext);
    }

    private static KeyUnavailableException unavailable(AwsError why) {
        return new KeyUnavailableException(
                "KMS Exception: %s KMS Message: %s".formatted(why.code(), why.message()));
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext) {
        return own.unwrap(wrapped, encryptionContext);
    }

    @Override
    public Optional<AwsError> refusal(RequestContext caller, String keyArn, String functionArn) {
        return Optional.ofNullable(unusable.get(keyArn));
    }
}
