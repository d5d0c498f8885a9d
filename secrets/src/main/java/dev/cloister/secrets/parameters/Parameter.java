package dev.cloister.secrets.parameters;

import dev.cloister.secrets.Sealed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A version of a parameter, with its value sealed.
 *
 * @param sealed by a KMS key if it is a SecureString, by the account's own key otherwise
 * @param keyId of a SecureString, as it was given
 * @param modifiedBy the ARN of whoever made this version
 * @param labels of this version
 */
public record Parameter(
        ParameterKey key,
        long version,
        ParameterKind kind,
        ParameterTier tier,
        Sealed sealed,
        Optional<String> keyId,
        Optional<String> description,
        Optional<String> allowedPattern,
        String dataType,
        Instant modifiedAt,
        String modifiedBy,
        List<String> labels) {
    public Parameter {
        labels = List.copyOf(labels);
    }
}
