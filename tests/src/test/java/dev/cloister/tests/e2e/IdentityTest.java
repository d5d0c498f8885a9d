package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.json.JsonMapper;

/** Tokens of an issuer, decisions explained, policies that change, and keys that are tried. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IdentityTest {
    private static final String ISSUER = "https://ci.example.com";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LIST =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"lambda:ListFunctions",\
            "Resource":"*"}]}""";
    private static final String DENY =
            """
            {"Version":"2012-10-17","Statement":[{"Sid":"No","Effect":"Deny","Action":"lambda:*",\
            "Resource":"*"}]}""";

    @TempDir private static Path folder;
    private final KeyPair issuerKey = keyPair();
    private final Installation installation = Installation.inNewFolder();

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    @BeforeAll
    void start() throws IOException {
        RSAPublicKey key = (RSAPublicKey) issuerKey.getPublic();
        Path keys = folder.resolve("issuers.json");
        Files.writeString(
                keys,
                JSON.writeValueAsString(
                        Map.of(
                                ISSUER,
                                Map.of(
                                        "keys",
                                        List.of(
                                                Map.of(
                                                        "kty",
                                                        "RSA",
                                                        "kid",
                                                        "k",
                                                        "n",
                                                        text(key.getModulus()),
                                                        "e",
                                                        text(key.getPublicExponent())))))));
        installation.up(
                "--no-sample",
                "--set",
                "identity.issuer-keys=" + keys,
                "--set",
                "identity.bad-signatures-per-key=3");
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    private static String text(BigInteger number) {
        return BASE64.encodeToString(number.toByteArray());
    }

    private String token(String subject) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String signed =
                encoded(Map.of("alg", "RS256", "kid", "k"))
                        + "."
                        + encoded(
                                Map.of(
                                        "iss", ISSUER,
                                        "aud", "cloister",
                                        "sub", subject,
                                        "iat", now,
                                        "exp", now + 300));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(issuerKey.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature.sign());
    }

    private static String encoded(Map<String, ?> json) {
        return BASE64.encodeToString(JSON.writeValueAsBytes(json));
    }

    private String role(String name, String trust) {
        installation
                .aws(
                        "iam",
                        "create-role",
                        "--role-name",
                        name,
                        "--assume-role-policy-document",
                        trust)
                .checked();
        installation
                .aws(
                        "iam",
                        "put-role-policy",
                        "--role-name",
                        name,
                        "--policy-name",
                        "list",
                        "--policy-document",
                        LIST)
                .checked();
        return "arn:aws:iam::" + installation.account() + ":role/" + name;
    }

    /** The CLI finds the token by itself, as in a CI system. */
    @Test
    void aTokenOfAnIssuerTakesThePlaceOfAKey() throws IOException, GeneralSecurityException {
        installation
                .aws(
                        "iam",
                        "create-open-id-connect-provider",
                        "--url",
                        ISSUER,
                        "--client-id-list",
                        "cloister")
                .checked();
        String role =
                role(
                        "ci",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                        "Action":"sts:AssumeRoleWithWebIdentity",
                        "Principal":{"Federated":"arn:aws:iam::%s:oidc-provider/ci.example.com"},
                        "Condition":{"StringLike":{"ci.example.com:sub":"repo:*"}}}]}"""
                                .formatted(installation.account()));
        Path token = folder.resolve("token");
        Files.writeString(token, token("repo:a"));
        Map<String, String> asInCi = inCi(role, token);
        assertThat(installation.aws(asInCi, "sts", "get-caller-identity").checked())
                .contains(":assumed-role/ci/build-");
        assertThat(installation.aws(asInCi, "lambda", "list-functions").checked())
                .contains("Functions");

        Files.writeString(token, token("user:a"));
        assertThat(installation.aws(inCi(role, token), "sts", "get-caller-identity").output())
                .contains("Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }

    /** The CLI keeps sessions in the user's folder, so that each needs a name of its own. */
    private static Map<String, String> inCi(String role, Path token) {
        return Map.of(
                "AWS_ROLE_ARN",
                role,
                "AWS_ROLE_SESSION_NAME",
                "build-" + UUID.randomUUID(),
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ACCESS_KEY_ID",
                "",
                "AWS_SECRET_ACCESS_KEY",
                "");
    }

    @Test
    void aChangedPolicyCountsWithinASecondAndIsExplained() {
        installation.aws("iam", "create-user", "--user-name", "ana").checked();
        putOfAna("list", LIST);
        String[] key =
                installation
                        .aws(
                                "iam",
                                "create-access-key",
                                "--user-name",
                                "ana",
                                "--query",
                                "AccessKey.[AccessKeyId,SecretAccessKey]",
                                "--output",
                                "text")
                        .checked()
                        .split("\\s+", 2);
        String ana = "arn:aws:iam::" + installation.account() + ":user/ana";
        String action = "lambda:ListFunctions";
        try (LambdaClient lambda = client(key[0], key[1])) {
            assertThat(lambda.listFunctions().functions()).isEmpty();
            assertThat(installation.cloister("iam", "why", ana, action, "*").checked())
                    .contains("Allowed by statement 1 of the identity-based policy list");

            putOfAna("deny", DENY);
            Instant changed = Instant.now();
            assertThatThrownBy(lambda::listFunctions)
                    .hasMessageContaining("with an explicit deny in an identity-based policy");
            assertThat(Duration.between(changed, Instant.now())).isLessThan(Duration.ofSeconds(1));
        }
        assertThat(installation.cloister("iam", "why", ana, action, "*").checked())
                .contains("Denied by statement 1 (No) of the identity-based policy deny")
                .contains("* Deny   statement 1 (No): matches");
        assertThat(installation.cloister("iam", "why", "nobody", action, "*").status())
                .isEqualTo(1);
    }

    private void putOfAna(String name, String document) {
        installation
                .aws(
                        "iam",
                        "put-user-policy",
                        "--user-name",
                        "ana",
                        "--policy-name",
                        name,
                        "--policy-document",
                        document)
                .checked();
    }

    private LambdaClient client(String id, String secret) {
        return LambdaClient.builder()
                .httpClientBuilder(Apache5HttpClient.builder())
                .endpointOverride(installation.endpoint())
                .region(Region.of(installation.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
                .build();
    }

    @Test
    void whoTriesKeysIsToldNoMoreAndTheOwnerGoesOn() {
        Map<String, String> wrong =
                Map.of("AWS_SECRET_ACCESS_KEY", "x".repeat(40), "AWS_MAX_ATTEMPTS", "1");
        for (int i = 0; i < 3; i++) {
            assertThat(installation.aws(wrong, "lambda", "list-functions").output())
                    .contains("InvalidSignatureException");
        }
        assertThat(installation.aws(wrong, "lambda", "list-functions").output())
                .contains("ThrottlingException");
        assertThat(installation.aws("lambda", "list-functions").checked()).contains("Functions");
        assertThat(installation.cloister("logs").checked())
                .contains("security event=SignatureRefused source=127.0.0.1 key=")
                .contains("security event=SignaturesThrottled source=127.0.0.1");
    }
}
