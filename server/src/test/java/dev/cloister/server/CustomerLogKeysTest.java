package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;

/** CloudWatch Logs' use of customers' keys, as key policies decide it. */
final class CustomerLogKeysTest {
    private static final String GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:g";
    private static final Map<String, String> CONTEXT = Map.of("aws:logs:arn", GROUP);
    @TempDir private Path folder;

    @Test
    void theServiceNeedsToBeNamedAndIsBoundToItsGroup() {
        try (KmsWorld world = new KmsWorld(folder)) {
            String id = new KmsRequests(world).key();
            KeyRef key = new KeyRef("111122223333", "arn:aws:kms:us-east-1:111122223333:key/" + id);
            CustomerLogKeys keys = world.logKeys();
            assertThatThrownBy(() -> keys.generateDataKey(key, CONTEXT))
                    .isInstanceOf(KeyUnavailableException.class)
                    .hasCauseInstanceOf(AwsError.class)
                    .hasMessageContaining("AccessDeniedException");
            world.asRoot(
                    "PutKeyPolicy",
                    PutKeyPolicyRequest.builder().keyId(id).policy(policy()).build());
            DataKey made = keys.generateDataKey(key, CONTEXT);
            assertThat(keys.unwrap(made.wrapped(), CONTEXT).plaintext())
                    .isEqualTo(made.plaintext());
            assertThatThrownBy(
                            () ->
                                    keys.generateDataKey(
                                            key, Map.of("aws:logs:arn", GROUP + "other")))
                    .hasMessageContaining("AccessDeniedException");

            world.asRoot("DisableKey", DisableKeyRequest.builder().keyId(id).build());
            assertThatThrownBy(() -> keys.unwrap(made.wrapped(), CONTEXT))
                    .hasMessageContaining("DisabledException");
            assertThat(keys.unwrapToRecover(made.wrapped(), CONTEXT).plaintext())
                    .isEqualTo(made.plaintext());
            assertThat(keys.refusal(KmsWorld.ACCOUNT, key.alias(), GROUP))
                    .hasValueSatisfying(e -> assertThat(e.code()).isEqualTo("DisabledException"));
            world.asRoot("EnableKey", EnableKeyRequest.builder().keyId(id).build());
            assertThat(keys.unwrap(made.wrapped(), CONTEXT).plaintext())
                    .isEqualTo(made.plaintext());
        }
    }

    private static String policy() {
        return """
               {"Version":"2012-10-17","Statement":[
               {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},
                "Action":"kms:*","Resource":"*"},
               {"Effect":"Allow","Principal":{"Service":"logs.us-east-1.amazonaws.com"},
                "Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*",
                "Condition":{"ArnEquals":{"kms:EncryptionContext:aws:logs:arn":"%s"},
                             "StringEquals":{"aws:SourceAccount":"111122223333"}}}]}"""
                .formatted(GROUP);
    }
}
