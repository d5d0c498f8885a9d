package dev.cloister.keys;

import java.util.List;
import java.util.Map;

/**
 * An operation on a KMS key that has to be allowed.
 *
 * @param caller who wants it
 * @param action for example {@code kms:Decrypt}
 * @param keyArn the resource
 * @param policy the key's policy, a JSON document
 * @param managed whether the platform's services own the key ({@code alias/aws/…})
 * @param conditions the request's condition keys that belong to KMS, such as {@code
 *     kms:EncryptionContext:Name}, {@code kms:ViaService}, {@code kms:CallerAccount}
 * @param tags the key's tags for {@code aws:ResourceTag}
 */
public record KeyUse(
        KeyCaller caller,
        String action,
        String keyArn,
        String policy,
        Manager managed,
        Map<String, List<String>> conditions,
        Map<String, String> tags) {
    public KeyUse {
        conditions = Map.copyOf(conditions);
        tags = Map.copyOf(tags);
    }

    /** Who manages a key. */
    public enum Manager {
        AWS,
        CUSTOMER
    }

    /** The account that owns the key. */
    public String keyAccount() {
        return keyArn.split(":", 6)[4];
    }
}
