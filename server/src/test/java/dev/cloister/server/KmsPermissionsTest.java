package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.UpdateAliasRequest;

/**
 * Every operation of KMS by a user without permission, with exactly what it needs, and with a deny;
 * and the conditions that only KMS has.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KmsPermissionsTest {
    private static final String NOTHING = policy("Allow", List.of("sqs:SendMessage"), "*");

    private KmsWorld world;
    private KmsRequests requests;

    @BeforeAll
    void open(@TempDir Path folder) {
        world = new KmsWorld(folder);
        requests = new KmsRequests(world);
    }

    @AfterAll
    void close() {
        world.close();
    }

    private static String policy(String effect, List<String> actions, String resource) {
        return """
               {"Version":"2012-10-17","Statement":[%s]}"""
                .formatted(statement(effect, actions, resource, ""));
    }

    private static String statement(
            String effect, List<String> actions, String resource, String condition) {
        return """
               {"Effect":"%s","Action":[%s],"Resource":"%s"%s}"""
                .formatted(
                        effect,
                        actions.stream().map(it -> '"' + it + '"').collect(Collectors.joining(",")),
                        resource,
                        condition.isEmpty() ? "" : ",\"Condition\":" + condition);
    }

    private static Stream<String> operations() {
        return KmsRequests.NEEDED.keySet().stream().sorted();
    }

    @Test
    void thereIsACaseForEveryOperation() {
        assertThat(new TreeSet<>(KmsRequests.NEEDED.keySet()))
                .isEqualTo(
                        world.service().operations().stream()
                                .map(Operation::name)
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationNeedsItsPermissionAndNoOther(String operation) {
        SdkPojo request = requests.of(operation);
        String before = world.state();
        assertThatThrownBy(() -> world.asUser(NOTHING, operation, request))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        denied -> {
                            assertThat(denied.code()).isEqualTo("AccessDeniedException");
                            assertThat(denied.getMessage())
                                    .contains("User: " + world.userArn() + " is not authorized");
                        });
        List<String> needed = KmsRequests.NEEDED.getOrDefault(operation, List.of());
        String allowed = statement("Allow", needed, "*", "");
        String all = statement("Allow", List.of("kms:*"), "*", "");
        for (String action : needed) {
            String denies = statement("Deny", List.of(action), "*", "");
            assertThatThrownBy(() -> world.asUser(document(all, denies), operation, request))
                    .isInstanceOfSatisfying(
                            AwsError.class,
                            denied ->
                                    assertThat(denied.getMessage())
                                            .contains(action)
                                            .contains("with an explicit deny"));
        }
        assertThat(world.state()).isEqualTo(before);
        assertThat(catchThrowable(() -> world.asUser(document(allowed), operation, request)))
                .isNull();
    }

    private static String document(String... statements) {
        return """
               {"Version":"2012-10-17","Statement":[%s]}"""
                .formatted(String.join(",", statements));
    }

    private String code(String policy, String operation, SdkPojo request) {
        try {
            assertThat(world.asUser(policy, operation, request)).isNotNull();
            return "";
        } catch (AwsError e) {
            return e.code();
        }
    }

    @Test
    void theCallersPoliciesCountOnlyWhereTheKeysPolicyLeavesItToTheAccount() {
        String key = requests.key();
        EncryptRequest encrypt =
                EncryptRequest.builder().keyId(key).plaintext(SdkBytes.fromUtf8String("x")).build();
        String all = document(statement("Allow", List.of("kms:*"), "*", ""));
        assertThat(code(all, "Encrypt", encrypt)).isEmpty();
        world.asRoot(
                "PutKeyPolicy",
                PutKeyPolicyRequest.builder()
                        .keyId(key)
                        .bypassPolicyLockoutSafetyCheck(true)
                        .policy(
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                                "Principal":{"AWS":"%s"},"Action":"kms:Decrypt","Resource":"*"}]}"""
                                        .formatted(world.userArn()))
                        .build());
        assertThat(code(all, "Encrypt", encrypt)).isEqualTo("AccessDeniedException");
        // The key's policy alone suffices for what it names, and the caller's deny still wins.
        DecryptRequest decrypt =
                DecryptRequest.builder()
                        .keyId(key)
                        .ciphertextBlob(SdkBytes.fromUtf8String("no ciphertext"))
                        .build();
        assertThat(code(NOTHING, "Decrypt", decrypt)).isEqualTo("InvalidCiphertextException");
        assertThat(code(policy("Deny", List.of("kms:Decrypt"), "*"), "Decrypt", decrypt))
                .isEqualTo("AccessDeniedException");
    }

    @Test
    void aGrantAllowsWhatNoPolicyDoesAndNoMore() {
        String key = requests.key();
        SdkBytes blob = requests.ciphertext(key, Map.of("a", "b"));
        DecryptRequest decrypt =
                DecryptRequest.builder()
                        .ciphertextBlob(blob)
                        .encryptionContext(Map.of("a", "b"))
                        .build();
        assertThat(code(NOTHING, "Decrypt", decrypt)).isEqualTo("AccessDeniedException");
        world.asRoot(
                "CreateGrant",
                CreateGrantRequest.builder()
                        .keyId(key)
                        .granteePrincipal(world.userArn())
                        .operations(GrantOperation.DECRYPT)
                        .constraints(c -> c.encryptionContextSubset(Map.of("a", "b")))
                        .build());
        assertThat(code(NOTHING, "Decrypt", decrypt)).isEmpty();
        assertThat(
                        code(
                                NOTHING,
                                "Decrypt",
                                decrypt.toBuilder().encryptionContext(Map.of("a", "c")).build()))
                .isEqualTo("AccessDeniedException");
        assertThat(code(policy("Deny", List.of("kms:Decrypt"), "*"), "Decrypt", decrypt))
                .isEqualTo("AccessDeniedException");
    }

    /** Each row: what the policy asks for, and one request that has it and one that has not. */
    @Test
    void conditionsSeeWhatTheRequestAndTheKeyAre() {
        String key = requests.key();
        world.asRoot(
                "CreateAlias",
                CreateAliasRequest.builder().aliasName("alias/known").targetKeyId(key).build());
        EncryptRequest plain =
                EncryptRequest.builder().keyId(key).plaintext(SdkBytes.fromUtf8String("x")).build();
        EncryptRequest bound = plain.toBuilder().encryptionContext(Map.of("a", "b")).build();
        EncryptRequest byAlias = plain.toBuilder().keyId("alias/known").build();
        assertOnly("kms:EncryptionContext:a", "b", "Encrypt", bound, plain);
        assertOnly("kms:RequestAlias", "alias/known", "Encrypt", byAlias, plain);
        EncryptRequest other = plain.toBuilder().keyId(requests.key()).build();
        assertOnly("kms:ResourceAliases", "alias/known", "Encrypt", plain, other);
        CreateGrantRequest grant =
                CreateGrantRequest.builder()
                        .keyId(key)
                        .granteePrincipal(world.userArn())
                        .operations(GrantOperation.DECRYPT)
                        .build();
        assertOnly(
                "kms:GranteePrincipal",
                world.userArn(),
                "CreateGrant",
                grant,
                grant.toBuilder().granteePrincipal("arn:aws:iam::111122223333:role/other").build());
        assertOnly(
                "kms:GrantOperations",
                "Decrypt",
                "CreateGrant",
                grant,
                grant.toBuilder().operations(GrantOperation.ENCRYPT).build());
        CreateKeyRequest create = CreateKeyRequest.builder().build();
        assertOnly(
                "kms:KeyUsage",
                "ENCRYPT_DECRYPT",
                "CreateKey",
                create,
                create.toBuilder().keySpec("ECC_NIST_P256").keyUsage("SIGN_VERIFY").build());
        assertOnly(
                "aws:RequestTag/team",
                "red",
                "CreateKey",
                create.toBuilder().tags(tag("red")).build(),
                create.toBuilder().tags(tag("blue")).build());
        assertOnly("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT", "Encrypt", plain, rsa());
        assertThat(code(conditional("kms:CallerAccount", "111122223333"), "Encrypt", plain))
                .isEmpty();
        assertNever("kms:CallerAccount", "444455556666", "Encrypt", plain);
        assertNever("kms:ViaService", "lambda.us-east-1.amazonaws.com", "Encrypt", plain);
        assertNever("kms:GrantIsForAWSResource", "true", "CreateGrant", grant);
    }

    private EncryptRequest rsa() {
        return EncryptRequest.builder()
                .keyId(requests.keyOf("RSA_2048", "ENCRYPT_DECRYPT"))
                .encryptionAlgorithm("RSAES_OAEP_SHA_256")
                .plaintext(SdkBytes.fromUtf8String("x"))
                .build();
    }

    private static Tag tag(String team) {
        return Tag.builder().tagKey("team").tagValue(team).build();
    }

    private void assertOnly(
            String key, String value, String operation, SdkPojo has, SdkPojo hasNot) {
        String policy = conditional(key, value);
        assertThat(code(policy, operation, has)).as(key).isEmpty();
        assertThat(code(policy, operation, hasNot)).as(key).isEqualTo("AccessDeniedException");
    }

    private void assertNever(String key, String value, String operation, SdkPojo request) {
        assertThat(code(conditional(key, value), operation, request))
                .as(key)
                .isEqualTo("AccessDeniedException");
    }

    private static String conditional(String key, String value) {
        String condition =
                """
                {"ForAnyValue:StringEquals":{"%s":"%s"}}"""
                        .formatted(key, value);
        return document(statement("Allow", List.of("kms:*"), "*", condition));
    }

    @Test
    void anAliasNeedsTheAliasAndBothKeys() {
        String from = requests.key();
        String to = requests.key();
        world.asRoot(
                "CreateAlias",
                CreateAliasRequest.builder().aliasName("alias/moves").targetKeyId(from).build());
        UpdateAliasRequest update =
                UpdateAliasRequest.builder().aliasName("alias/moves").targetKeyId(to).build();
        List<String> resources = List.of(arn("alias/moves"), arn("key/" + from), arn("key/" + to));
        for (String missing : resources) {
            String[] others =
                    resources.stream()
                            .filter(it -> !it.equals(missing))
                            .map(it -> statement("Allow", List.of("kms:UpdateAlias"), it, ""))
                            .toArray(String[]::new);
            assertThat(code(document(others), "UpdateAlias", update))
                    .as(missing)
                    .isEqualTo("AccessDeniedException");
        }
        String[] all =
                resources.stream()
                        .map(it -> statement("Allow", List.of("kms:UpdateAlias"), it, ""))
                        .toArray(String[]::new);
        assertThat(code(document(all), "UpdateAlias", update)).isEmpty();
    }

    private static String arn(String resource) {
        return "arn:aws:kms:us-east-1:111122223333:" + resource;
    }
}
