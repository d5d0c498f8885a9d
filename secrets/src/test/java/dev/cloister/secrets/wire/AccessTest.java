package dev.cloister.secrets.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessTable;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.secrets.TestKeys;
import dev.cloister.secrets.manager.PolicyCheck.Finding;
import dev.cloister.secrets.manager.SecretLifecycle.NewSecret;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterStore;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;

/** What requests need to be allowed. */
final class AccessTest {
    private static final String SECRETS = "arn:aws:secretsmanager:us-east-1:111122223333:secret:";
    private static final String PARAMETERS = "arn:aws:ssm:us-east-1:111122223333:parameter";
    private static final RequestContext CONTEXT =
            new RequestContext(
                    UUID.randomUUID(),
                    TestKeys.OWNER.principal(),
                    TestKeys.OWNER.region(),
                    Instant.EPOCH,
                    InetAddress.getLoopbackAddress(),
                    "http://127.0.0.1:4566");

    @TempDir private Path folder;
    private TestKeys world;
    private SecretsManager manager;
    private ParameterStore store;
    private String arn = "";

    @BeforeEach
    void open() {
        world = new TestKeys(folder);
        manager =
                new SecretsManager(
                        world.database,
                        world.values,
                        (_, _) -> new Finding.Sound(),
                        world,
                        new SecureRandom());
        store = new ParameterStore(world.database, world.values, world.envelope, world);
        arn =
                manager.lifecycle()
                        .create(
                                TestKeys.OWNER,
                                new NewSecret(
                                        "db",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Map.of("team", "red")))
                        .secret()
                        .arn();
    }

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    private static List<AccessCheck> checks(AccessTable table, String operation, SdkPojo input) {
        return table.rule(operation).orElseThrow().checks(AccessInput.of(input), CONTEXT);
    }

    private List<AccessCheck> ofSecrets(String operation, SdkPojo input) {
        return checks(new SecretsAccess(manager).table(), operation, input);
    }

    private List<AccessCheck> ofParameters(String operation, SdkPojo input) {
        return checks(new SsmAccess(store).table(), operation, input);
    }

    @Test
    void everyServedOperationHasARule() {
        for (ServiceDefinition service :
                List.of(
                        SecretsManagerService.definition(manager, Authorizer.EVERYTHING),
                        SsmService.definition(store))) {
            assertThat(service.operations())
                    .extracting(Operation::name)
                    .hasSizeGreaterThan(10)
                    .allMatch(name -> service.access().rule(name).isPresent());
        }
    }

    @Test
    void aSecretIsTheSameByNameAndByArn() {
        for (String id : List.of("db", arn, arn.substring(0, arn.length() - 7))) {
            AccessCheck check =
                    ofSecrets(
                                    "GetSecretValue",
                                    GetSecretValueRequest.builder()
                                            .secretId(id)
                                            .versionStage("AWSCURRENT")
                                            .build())
                            .getFirst();
            assertThat(check.action()).isEqualTo("secretsmanager:GetSecretValue");
            assertThat(check.resource()).isEqualTo(arn);
            assertThat(check.owner()).contains("111122223333");
            assertThat(check.keys())
                    .containsEntry("secretsmanager:SecretId", List.of(arn))
                    .containsEntry("secretsmanager:ResourceTag/team", List.of("red"))
                    .containsEntry("secretsmanager:VersionStage", List.of("AWSCURRENT"));
        }
    }

    @Test
    void aSecretThatIsNotThereMatchesPoliciesForItsName() {
        assertThat(
                        ofSecrets(
                                        "DeleteSecret",
                                        DeleteSecretRequest.builder()
                                                .secretId("none")
                                                .forceDeleteWithoutRecovery(true)
                                                .build())
                                .getFirst())
                .satisfies(
                        check -> {
                            assertThat(check.resource()).isEqualTo(SECRETS + "none-??????");
                            assertThat(check.keys())
                                    .containsEntry(
                                            "secretsmanager:ForceDeleteWithoutRecovery",
                                            List.of("true"));
                        });
    }

    @Test
    void tagsOfNewOnesHaveToBeAllowedToo() {
        assertThat(
                        ofSecrets(
                                "CreateSecret",
                                CreateSecretRequest.builder()
                                        .name("new")
                                        .tags(Tag.builder().key("a").value("b").build())
                                        .build()))
                .extracting(AccessCheck::action)
                .containsExactly("secretsmanager:CreateSecret", "secretsmanager:TagResource");
        List<AccessCheck> put =
                ofParameters(
                        "PutParameter",
                        PutParameterRequest.builder()
                                .name("/new")
                                .tags(
                                        software.amazon.awssdk.services.ssm.model.Tag.builder()
                                                .key("a")
                                                .value("b")
                                                .build())
                                .build());
        assertThat(put)
                .extracting(AccessCheck::action)
                .containsExactly("ssm:PutParameter", "ssm:AddTagsToResource");
        assertThat(put.getFirst().keys())
                .containsEntry("aws:RequestTag/a", List.of("b"))
                .containsEntry("ssm:Overwrite", List.of("false"));
    }

    @Test
    void versionsAndLabelsAreNoPartOfAParameter() {
        for (String name :
                List.of(
                        "/a/b",
                        "/a/b:3",
                        "/a/b:prod",
                        PARAMETERS + "/a/b",
                        PARAMETERS + "/a/b:3")) {
            assertThat(
                            ofParameters(
                                    "GetParameter",
                                    GetParameterRequest.builder().name(name).build()))
                    .extracting(AccessCheck::resource)
                    .containsExactly(PARAMETERS + "/a/b");
        }
        assertThat(
                        ofParameters(
                                "GetParameters",
                                GetParametersRequest.builder().names("x", "/y:1").build()))
                .extracting(AccessCheck::resource)
                .containsExactly(PARAMETERS + "/x", PARAMETERS + "/y");
        assertThat(
                        ofParameters(
                                "GetParametersByPath",
                                GetParametersByPathRequest.builder()
                                        .path("/a/")
                                        .recursive(true)
                                        .build()))
                .extracting(AccessCheck::resource)
                .containsExactly(PARAMETERS + "/a");
        assertThatThrownBy(
                        () ->
                                ofParameters(
                                        "GetParameter",
                                        GetParameterRequest.builder()
                                                .name(
                                                        "arn:aws:ssm:us-east-1:444455556666:parameter/a")
                                                .build()))
                .isInstanceOfSatisfying(
                        AwsError.class, e -> assertThat(e.code()).isEqualTo("ParameterNotFound"));
    }
}
