package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.ValueKeys;
import dev.cloister.secrets.manager.SecretLifecycle.NewSecret;
import dev.cloister.secrets.manager.SecretPolicies.PublicPolicies;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterKey;
import dev.cloister.secrets.parameters.ParameterKind;
import dev.cloister.secrets.parameters.ParameterStore;
import dev.cloister.secrets.parameters.ParameterWrites.NewParameter;
import dev.cloister.secrets.parameters.ParameterWrites.Overwrite;
import dev.cloister.secrets.parameters.ParameterWrites.WantedTier;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What decisions learn of secrets and parameters. */
final class SecretResourcesTest {
    private static final KeyCaller OWNER =
            new KeyCaller(
                    new Principal(
                            KmsWorld.ACCOUNT,
                            "arn:aws:iam::111122223333:root",
                            "111122223333",
                            "AKIA"),
                    new Region("us-east-1"),
                    Optional.empty(),
                    Map.of());

    @TempDir private Path folder;
    private KmsWorld world;
    private Database database;
    private SecretsManager secrets;
    private ParameterStore parameters;
    private SecretResources resources;

    @BeforeEach
    void open() {
        world = new KmsWorld(folder);
        database = new SqliteDatabase(folder.resolve("secrets.db"), Cloister.migrations());
        ValueKeys values = new ValueKeys(world.keys(), InstantSource.system(), new SecureRandom());
        secrets =
                new SecretsManager(
                        database,
                        values,
                        new SecretPolicyCheck(),
                        InstantSource.system(),
                        new SecureRandom());
        parameters =
                new ParameterStore(
                        database,
                        values,
                        new Envelope(world.functionKeys()),
                        InstantSource.system());
        resources = new SecretResources(secrets, parameters);
    }

    @AfterEach
    void close() {
        secrets.close();
        database.close();
        world.close();
    }

    private static String policy(String account) {
        return """
               {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},
               "Action":"secretsmanager:GetSecretValue","Resource":"*"}]}"""
                .formatted(account);
    }

    @Test
    void aSecretsPolicyAndTagsAreThoseOfThisMoment() {
        String arn =
                secrets.lifecycle()
                        .create(
                                OWNER,
                                new NewSecret(
                                        "s",
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Map.of("team", "red")))
                        .secret()
                        .arn();
        assertThat(resources.policy(arn)).isEmpty();
        assertThat(resources.tags(arn)).containsOnly(Map.entry("team", "red"));
        secrets.policies().put(OWNER, arn, policy("444455556666"), PublicPolicies.BLOCKED);
        var first = resources.policy(arn);
        assertThat(first).isPresent();
        assertThat(resources.policy(arn).orElseThrow()).isSameAs(first.orElseThrow());
        secrets.policies().put(OWNER, arn, policy("111122223333"), PublicPolicies.BLOCKED);
        assertThat(resources.policy(arn).orElseThrow()).isNotSameAs(first.orElseThrow());
        secrets.policies().delete(OWNER, arn);
        assertThat(resources.policy(arn)).isEmpty();
    }

    @Test
    void aParametersTagsAreFoundWithAndWithoutItsSlash() {
        for (String name : new String[] {"plain", "/a/b"}) {
            parameters
                    .writes()
                    .put(
                            OWNER,
                            new NewParameter(
                                    name,
                                    "v",
                                    Optional.of(ParameterKind.STRING),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    WantedTier.UNSAID,
                                    Overwrite.REFUSED,
                                    Map.of("name", name)));
        }
        String prefix = "arn:aws:ssm:us-east-1:111122223333:parameter/";
        assertThat(resources.tags(prefix + "plain")).containsEntry("name", "plain");
        assertThat(resources.tags(prefix + "a/b")).containsEntry("name", "/a/b");
        assertThat(resources.tags(prefix + "none")).isEmpty();
        assertThat(parameters.tagsOf(key("/none"))).isEmpty();
    }

    private static ParameterKey key(String name) {
        return new ParameterKey(new AccountId("111122223333"), new Region("us-east-1"), name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "s",
                "arn:aws:secretsmanager:zz:111122223333:secret:s",
                "arn:aws:secretsmanager:us-east-1:1:secret:s",
                "arn:aws:secretsmanager:us-east-1:111122223333:secret:",
                "arn:aws:ssm:zz:111122223333:parameter/a",
                "arn:aws:ssm:us-east-1:111122223333:parameter",
                "arn:aws:lambda:us-east-1:111122223333:function:s"
            })
    void ofOtherResourcesAndOfNonsenseNothingIsKnown(String arn) {
        assertThat(resources.policy(arn)).isEmpty();
        assertThat(resources.tags(arn)).isEmpty();
    }
}
