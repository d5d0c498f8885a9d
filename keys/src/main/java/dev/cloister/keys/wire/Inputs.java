package dev.cloister.keys.wire;

import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.Signatures;
import dev.cloister.keys.managed.DryRun;
import dev.cloister.keys.managed.Grants;
import dev.cloister.keys.managed.KeyErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.RecipientInfo;
import software.amazon.awssdk.services.kms.model.Tag;

/** What several requests have in common. */
final class Inputs {
    private Inputs() {}

    static DryRun dryRun(@Nullable Boolean dryRun) {
        return Boolean.TRUE.equals(dryRun) ? DryRun.ON : DryRun.OFF;
    }

    static byte[] bytes(@Nullable SdkBytes bytes) {
        return bytes == null ? new byte[0] : bytes.asByteArray();
    }

    static KeySpec spec(String name) {
        return KeySpec.named(name)
                .orElseThrow(() -> KeyErrors.notAvailable("The key spec " + name));
    }

    static Signatures.Input messageType(@Nullable String type) {
        return switch (type == null ? "RAW" : type) {
            case "RAW" -> Signatures.Input.MESSAGE;
            case "DIGEST" -> Signatures.Input.DIGEST;
            default -> throw KeyErrors.notAvailable("The message type " + type);
        };
    }

    static Map<String, String> tags(List<Tag> tags) {
        Map<String, String> map = new HashMap<>();
        for (Tag tag : tags) {
            if (map.put(tag.tagKey(), tag.tagValue()) != null) {
                throw KeyErrors.of("TagException", "Duplicate tag keys");
            }
        }
        return map;
    }

    /** Grant tokens say nothing here that the grants don't; what is no token is refused. */
    static void checkTokens(List<String> tokens) {
        Grants.checkTokens(tokens);
    }

    /** Answers to attested enclaves: there are none here. */
    static void refuse(@Nullable RecipientInfo recipient) {
        if (recipient != null) {
            throw KeyErrors.notAvailable("Recipient");
        }
    }

    static void refuseModifiers(List<String> modifiers) {
        if (!modifiers.isEmpty()) {
            throw KeyErrors.notAvailable("DryRunModifiers");
        }
    }
}
