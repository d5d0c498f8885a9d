package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AwsError;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;

/** Who may read what functions keep under customers' keys. */
final class FunctionKeyReadersTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f";

    private static String policy(String action, String key) {
        return """
               {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s",
               "Resource":"%s","Condition":{"StringEquals":{
               "kms:ViaService":"lambda.us-east-1.amazonaws.com",
               "kms:EncryptionContext:aws:lambda:FunctionArn":"%s"}}}]}"""
                .formatted(action, key, FUNCTION);
    }

    @Test
    void aCallerHasToBeAllowedToDecryptByWayOfLambda(@TempDir Path folder) {
        try (KmsWorld world = new KmsWorld(folder)) {
            String key =
                    ((CreateKeyResponse)
                                    world.asRoot("CreateKey", CreateKeyRequest.builder().build()))
                            .keyMetadata()
                            .arn();
            assertThat(world.readerRefusal(policy("kms:Encrypt", key), key, FUNCTION))
                    .get()
                    .satisfies(
                            refusal -> {
                                assertThat(refusal.code()).isEqualTo("AccessDeniedException");
                                assertThat(refusal.message())
                                        .contains(world.userArn())
                                        .contains("kms:Decrypt on resource: " + key);
                            });
            assertThat(world.readerRefusal(policy("kms:Decrypt", key), key, FUNCTION)).isEmpty();
            assertThat(world.readerRefusal(policy("kms:Decrypt", key), key, FUNCTION + "2"))
                    .as("another function's")
                    .isPresent();
            world.asRoot("DisableKey", DisableKeyRequest.builder().keyId(key).build());
            assertThat(world.readerRefusal(policy("kms:Decrypt", key), key, FUNCTION))
                    .get()
                    .extracting(AwsError::code)
                    .isEqualTo("DisabledException");
        }
    }
}
