package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.FunctionKeys;
import dev.cloister.keys.managed.FunctionKeys.Use;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.ListGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListGrantsResponse;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.RevokeGrantRequest;

/** The grants by which functions' roles use customers' keys. */
final class FunctionKeysTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f";
    private static final String ROLE = "arn:aws:iam::111122223333:role/runs";
    private static final Map<String, String> CONTEXT = Map.of(FunctionKeys.CONTEXT_KEY, FUNCTION);
    private static final Region REGION = new Region("us-east-1");

    /** As of a role that no policy of its own allows anything. */
    private static final KeyCaller SESSION =
            new KeyCaller(
                    new Principal(
                            KmsWorld.ACCOUNT,
                            "arn:aws:sts::111122223333:assumed-role/runs/f",
                            "AROAX:f",
                            "AROAX"),
                    REGION,
                    Optional.empty(),
                    Map.of());

    @TempDir private Path folder;
    private KmsWorld world;
    private FunctionKeys keys;
    private String id;
    private String arn;

    @BeforeEach
    void open() {
        world = new KmsWorld(folder);
        keys = world.functionKeys();
        id = new KmsRequests(world).key();
        arn = "arn:aws:kms:us-east-1:111122223333:key/" + id;
    }

    @AfterEach
    void close() {
        world.close();
    }

    private KeyCaller user(String... actions) {
        world.userMay(actions);
        return new KeyCaller(world.user(), REGION, Optional.empty(), Map.of());
    }

    private List<GrantListEntry> grants() {
        return ((ListGrantsResponse)
                        world.asRoot("ListGrants", ListGrantsRequest.builder().keyId(id).build()))
                .grants();
    }

    private Optional<String> refusal(String functionArn) {
        return keys.refusal(SESSION, arn, functionArn).map(AwsError::code);
    }

    @Test
    void theCallerNeedsBothPermissionsAndNothingIsLeftWithoutThem() {
        for (String one : List.of("kms:Encrypt", "kms:CreateGrant", "kms:Decrypt")) {
            KeyCaller caller = user(one);
            assertThatThrownBy(() -> keys.grant(caller, FUNCTION, arn, ROLE))
                    .as(one)
                    .isInstanceOf(AwsError.class);
        }
        assertThat(grants()).isEmpty();
        keys.grant(user("kms:Encrypt", "kms:CreateGrant"), FUNCTION, arn, ROLE);
        keys.grant(user("kms:Encrypt", "kms:CreateGrant"), FUNCTION, arn, ROLE);
        GrantListEntry grant = grants().getFirst();
        assertThat(grants()).hasSize(1);
        assertThat(grant.granteePrincipal()).isEqualTo(ROLE);
        assertThat(grant.constraints().encryptionContextEquals()).isEqualTo(CONTEXT);
    }

    @Test
    void theRoleDecryptsByTheGrantForItsFunctionAlone() {
        assertThat(refusal(FUNCTION)).contains("AccessDeniedException");
        keys.grant(user("kms:Encrypt", "kms:CreateGrant"), FUNCTION, arn, ROLE);
        assertThat(refusal(FUNCTION)).isEmpty();
        assertThat(refusal(FUNCTION + "2")).contains("AccessDeniedException");
        world.asRoot(
                "RevokeGrant",
                RevokeGrantRequest.builder()
                        .keyId(id)
                        .grantId(grants().getFirst().grantId())
                        .build());
        assertThat(refusal(FUNCTION)).contains("AccessDeniedException");
        world.asRoot("DisableKey", DisableKeyRequest.builder().keyId(id).build());
    }

    /** A policy that names the caller alone suffices: Lambda encrypts by what the caller gave. */
    @Test
    void theCallersPermissionSufficesWhereThePolicyLeavesNothingToTheAccount() {
        KeyCaller caller = user("sqs:SendMessage");
        world.asRoot(
                "PutKeyPolicy",
                PutKeyPolicyRequest.builder()
                        .keyId(id)
                        .bypassPolicyLockoutSafetyCheck(true)
                        .policy(
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                                "Principal":{"AWS":"%s"},
                                "Action":["kms:Encrypt","kms:CreateGrant"],"Resource":"*",
                                "Condition":{"StringEquals":{"kms:ViaService":
                                "lambda.us-east-1.amazonaws.com"}}}]}"""
                                        .formatted(world.userArn()))
                        .build());
        KeyRef key = new KeyRef("111122223333", arn);
        assertThatThrownBy(() -> keys.generateDataKey(key, CONTEXT))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("AccessDeniedException");
        keys.grant(caller, FUNCTION, arn, ROLE);
        DataKey made = keys.generateDataKey(key, CONTEXT);
        assertThat(keys.unwrap(made.wrapped(), CONTEXT).plaintext()).isEqualTo(made.plaintext());
        assertThat(refusal(FUNCTION)).isEmpty();
    }

    @Test
    void grantsThatNoVersionNeedsAreRetired() {
        KeyCaller caller = user("kms:Encrypt", "kms:CreateGrant");
        keys.grant(caller, FUNCTION, arn, ROLE);
        keys.grant(caller, FUNCTION, arn, ROLE + "2");
        keys.grant(caller, FUNCTION + "2", arn, ROLE);
        keys.settle(KmsWorld.ACCOUNT, REGION, FUNCTION, List.of(new Use(arn, ROLE + "2")));
        assertThat(grants())
                .extracting(grant -> grant.name() + " " + grant.granteePrincipal())
                .containsExactlyInAnyOrder(FUNCTION + " " + ROLE + "2", FUNCTION + "2 " + ROLE);
    }
}
