package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The record of keys' uses. */
final class KeyUsesTest {
    private static final String SECRET = "planted-use-secret";
    private static final String NOTHING =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}""";

    @TempDir private Path folder;
    private KmsWorld world;
    private KmsRequests requests;

    @BeforeEach
    void open() {
        world = new KmsWorld(folder);
        requests = new KmsRequests(world);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private List<JsonNode> events(String key) {
        return world.uses().of(key.startsWith("arn:") ? key : arn(key), 100).stream()
                .map(event -> JsonMapper.shared().readTree(event))
                .toList();
    }

    private static String arn(String key) {
        return "arn:aws:kms:us-east-1:111122223333:key/" + key;
    }

    @Test
    void aUseTellsWhoWhatAndInWhichContextAndNeverOnWhat() {
        String key = requests.key();
        world.asRoot(
                "Encrypt",
                EncryptRequest.builder()
                        .keyId(key)
                        .plaintext(SdkBytes.fromUtf8String(SECRET))
                        .encryptionContext(Map.of("order", "7"))
                        .build());
        JsonNode event = events(key).getFirst();
        assertThat(event.path("eventSource").asString()).isEqualTo("kms.amazonaws.com");
        assertThat(event.path("eventName").asString()).isEqualTo("Encrypt");
        assertThat(event.path("userIdentity").path("type").asString()).isEqualTo("Root");
        assertThat(event.path("userIdentity").path("accessKeyId").asString()).isEqualTo("AKIAROOT");
        assertThat(event.path("requestParameters").path("encryptionContext").path("order"))
                .hasToString("\"7\"");
        assertThat(event.path("resources").get(0).path("ARN").asString()).isEqualTo(arn(key));
        assertThat(event.has("errorCode")).isFalse();
        assertThat(event.toString())
                .doesNotContain(SECRET)
                .doesNotContain(
                        Base64.getEncoder()
                                .encodeToString(SECRET.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Decrypt",
                "DeriveSharedSecret",
                "Encrypt",
                "GenerateDataKey",
                "GenerateDataKeyPair",
                "GenerateDataKeyPairWithoutPlaintext",
                "GenerateDataKeyWithoutPlaintext",
                "GenerateMac",
                "GetPublicKey",
                "ReEncrypt",
                "Sign",
                "Verify",
                "VerifyMac"
            })
    void everyUseIsRecordedAlsoTheRefused(String operation) {
        SdkPojo request = requests.of(operation);
        String key = key(request);
        int before = events(key).size();
        world.asRoot(operation, request);
        assertThat(events(key)).hasSize(before + 1);
        assertThatThrownBy(() -> world.asUser(NOTHING, operation, request))
                .isInstanceOf(AwsError.class);
        JsonNode refused = events(key).getFirst();
        assertThat(events(key)).hasSize(before + 2);
        assertThat(refused.path("errorCode").asString()).isEqualTo("AccessDeniedException");
        assertThat(refused.path("userIdentity").path("arn").asString()).isEqualTo(world.userArn());
    }

    private static String key(SdkPojo request) {
        return request.sdkFields().stream()
                .filter(field -> List.of("KeyId", "SourceKeyId").contains(field.memberName()))
                .map(field -> String.valueOf(field.getValueOrDefault(request)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aBadCiphertextIsRecordedAndAKeyIsFoundByItsNames() {
        SdkBytes nothing = SdkBytes.fromUtf8String("no ciphertext");
        String key = requests.key();
        assertThatThrownBy(
                        () ->
                                world.asRoot(
                                        "Decrypt",
                                        DecryptRequest.builder()
                                                .keyId(key)
                                                .ciphertextBlob(nothing)
                                                .build()))
                .isInstanceOf(AwsError.class);
        assertThat(events(key).getFirst().path("errorCode").asString())
                .isEqualTo("InvalidCiphertextException");
        assertThat(world.uses().keysNamed(key)).containsExactly(arn(key));
        assertThat(world.uses().keysNamed(arn(key))).containsExactly(arn(key));
        assertThat(world.uses().keysNamed("alias/none")).isEmpty();
    }
}
