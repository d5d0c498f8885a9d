package dev.cloister.secrets.parameters;

import dev.cloister.api.AwsError;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.SecretBytes;
import dev.cloister.secrets.Sealed;
import dev.cloister.secrets.ValueKeys;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Seals and opens the values of parameters: a SecureString by its KMS key in the caller's name, the
 * others by the account's own key. Thread-safe.
 *
 * <p>A SecureString of the standard tier is encrypted by the key itself, one of the advanced tier
 * by a data key (User Guide, "AWS KMS encryption for Parameter Store SecureString parameters").
 */
final class ParameterSeal {
    static final String DEFAULT_KEY = "alias/aws/ssm";

    private static final String OWN_KEY = "alias/cloister/parameters";

    private final ValueKeys keys;
    private final Envelope own;

    /**
     * @param own under the accounts' own keys
     */
    ParameterSeal(ValueKeys keys, Envelope own) {
        this.keys = keys;
        this.own = own;
    }

    Sealed seal(
            KeyCaller caller,
            ParameterKey key,
            ParameterKind kind,
            ParameterTier tier,
            String keyId,
            String value) {
        byte[] clear = value.getBytes(StandardCharsets.UTF_8);
        if (kind != ParameterKind.SECURE_STRING) {
            return new Sealed(
                    "", own.seal(clear, new KeyRef(key.account().value(), OWN_KEY), context(key)));
        }
        try {
            return switch (tier) {
                case STANDARD -> keys.encrypt(caller, keyId, clear, context(key));
                case ADVANCED -> keys.envelop(caller, keyId, clear, context(key));
            };
        } catch (AwsError e) {
            throw refused(e);
        }
    }

    /** The value as the caller may see it. */
    String open(KeyCaller caller, Parameter parameter, Decryption decryption) {
        Map<String, String> context = context(parameter.key());
        if (parameter.kind() != ParameterKind.SECURE_STRING) {
            return text(own.open(parameter.sealed().bytes(), context));
        }
        return switch (decryption) {
            case OFF -> Base64.getEncoder().encodeToString(parameter.sealed().ciphertext());
            case ON -> {
                try (SecretBytes bytes = keys.open(caller, parameter.sealed(), context)) {
                    yield text(bytes.reveal());
                } catch (AwsError e) {
                    throw refused(e);
                }
            }
        };
    }

    private static Map<String, String> context(ParameterKey key) {
        return Map.of("PARAMETER_ARN", key.arn());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static AwsError refused(AwsError kms) {
        return ParameterErrors.of(
                kms.code().equals("AccessDeniedException") ? kms.code() : "InvalidKeyId",
                "%s (Service: AWSKMS; Status Code: 400; Error Code: %s)"
                        .formatted(kms.message(), kms.code()));
    }
}
