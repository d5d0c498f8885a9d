package dev.cloister.observe;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of log data: the account's own, named by an alias, and customers' KMS keys, named by
 * their ARNs, which CloudWatch Logs uses as far as their policies let it. Thread-safe.
 *
 * <p>Where a customer's key refuses, making and unwrapping a data key fail with a {@link
 * dev.cloister.storage.KeyUnavailableException} whose cause is KMS's {@link AwsError}.
 */
public interface LogKeys extends EnvelopeKeys {

    /**
     * Recovers a data key to put in order what a crash left, whatever the state of its KMS key:
     * nobody is shown what it opens.
     */
    DataKey unwrapToRecover(byte[] wrapped, Map<String, String> encryptionContext);

    /** Why a customer's key can't be used for a group just now; may be some seconds old. */
    Optional<AwsError> refusal(AccountId account, String kmsKeyArn, String groupArn);
}
