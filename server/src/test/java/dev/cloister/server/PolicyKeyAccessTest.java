package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.keys.KeyAccess.Verdict;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.KeyUse;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key policies by the evaluator. */
final class PolicyKeyAccessTest {
    private static final AccountId OWNER = new AccountId("111122223333");
    private static final AccountId STRANGER = new AccountId("444455556666");
    private static final String KEY = "arn:aws:kms:us-east-1:111122223333:key/k";
    private static final String TO_ACCOUNT =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}""";
    private static final String TO_BOTH_BUT_DELETION =
            """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Principal":{"AWS":["111122223333","444455556666"]},
             "Action":"kms:*","Resource":"*",
             "Condition":{"StringEquals":{"kms:EncryptionContext:a":"b"}}},
            {"Effect":"Deny","Principal":"*","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}""";

    @TempDir private Path folder;
    private Database database;
    private PolicyKeyAccess access;
    private String roleId = "";

    @BeforeEach
    void open() {
        database = new SqliteDatabase(folder.resolve("state.db"), Cloister.migrations());
        Identities identities =
                new Identities(
                        database,
                        new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                        InstantSource.system(),
                        new SecureRandom());
        identities.ensureAccount(OWNER);
        roleId =
                identities
                        .directory()
                        .entities()
                        .create(OWNER, IamEntity.Kind.ROLE, "idle", "/", Map.of(), Optional.empty())
                        .id();
        access = new PolicyKeyAccess(new Callers(identities.directory()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Verdict judge(
            AccountId account, String userId, String action, String policy, String b) {
        String arn =
                userId.contains(":")
                        ? "arn:aws:sts::%s:assumed-role/gone/s".formatted(account)
                        : "arn:aws:iam::%s:root".formatted(account);
        return access.judge(
                new KeyUse(
                        new KeyCaller(
                                new Principal(account, arn, userId, "AKIA"),
                                new Region("us-east-1"),
                                Optional.empty(),
                                Map.of()),
                        action,
                        KEY,
                        policy,
                        KeyUse.Manager.CUSTOMER,
                        Map.of("kms:EncryptionContext:a", List.of(b)),
                        Map.of()));
    }

    private Verdict root(AccountId account, String action, String policy, String b) {
        return judge(account, account.value(), action, policy, b);
    }

    @Test
    void theAccountsRootMayWhatThePolicyLeavesToTheAccount() {
        assertThat(root(OWNER, "kms:Decrypt", TO_ACCOUNT, "b")).isEqualTo(new Verdict.Allowed());
        assertThat(root(OWNER, "kms:Decrypt", TO_BOTH_BUT_DELETION, "b"))
                .isEqualTo(new Verdict.Allowed());
        assertThat(root(OWNER, "kms:Decrypt", TO_BOTH_BUT_DELETION, "c"))
                .isEqualTo(
                        new Verdict.NotAllowed(
                                "because no resource-based policy allows the kms:Decrypt action"));
        assertThat(root(OWNER, "kms:ScheduleKeyDeletion", TO_BOTH_BUT_DELETION, "b"))
                .isEqualTo(new Verdict.Denied("with an explicit deny in a resource-based policy"));
    }

    @Test
    void aRoleWithoutPoliciesMayNothing() {
        assertThat(judge(OWNER, roleId + ":s", "kms:Decrypt", TO_ACCOUNT, "b"))
                .isEqualTo(
                        new Verdict.NotAllowed(
                                "because no identity-based policy allows the kms:Decrypt action"));
    }

    @Test
    void aRoleThatIsGoneIsNobodyOfTheAccount() {
        assertThat(judge(OWNER, "AROAGONE:s", "kms:Decrypt", TO_ACCOUNT, "b"))
                .isInstanceOf(Verdict.NotAllowed.class);
    }

    @Test
    void anotherAccountNeedsThePolicyAndLearnsNothingOfIt() {
        assertThat(root(STRANGER, "kms:Decrypt", TO_BOTH_BUT_DELETION, "b"))
                .isEqualTo(new Verdict.Allowed());
        for (String policy : List.of(TO_ACCOUNT, TO_BOTH_BUT_DELETION)) {
            assertThat(root(STRANGER, "kms:Decrypt", policy, "c"))
                    .isInstanceOfSatisfying(
                            Verdict.NotAllowed.class,
                            verdict ->
                                    assertThat(verdict.because())
                                            .startsWith("because the resource does not exist"));
        }
    }

    @Test
    void whatIsNoPolicyIsToldSoAndAllowsNothing() {
        assertThat(access.complaint(TO_ACCOUNT)).isEmpty();
        assertThat(access.complaint("{}")).isPresent();
        assertThat(root(OWNER, "kms:Decrypt", "{}", "b")).isInstanceOf(Verdict.NotAllowed.class);
    }

    private Verdict service(String policy, String function) {
        return access.judge(
                new KeyUse(
                        KeyCaller.service(
                                OWNER, new Region("us-east-1"), "lambda.us-east-1.amazonaws.com"),
                        "kms:Decrypt",
                        KEY,
                        policy,
                        KeyUse.Manager.CUSTOMER,
                        Map.of("kms:EncryptionContext:aws:lambda:FunctionArn", List.of(function)),
                        Map.of()));
    }

    @Test
    void aPolicyMayNameTheServiceAlone() {
        String toLambda =
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                "Principal":{"Service":"lambda.amazonaws.com"},
                "Action":["kms:GenerateDataKey","kms:Decrypt"],"Resource":"*",
                "Condition":{"StringLike":{"kms:EncryptionContext:aws:lambda:FunctionArn":
                "arn:aws:lambda:us-east-1:111122223333:function:*"},
                "StringEquals":{"aws:SourceAccount":"111122223333"}}}]}""";
        assertThat(service(toLambda, "arn:aws:lambda:us-east-1:111122223333:function:f"))
                .isInstanceOf(Verdict.Allowed.class);
        assertThat(service(toLambda, "arn:aws:lambda:us-east-1:444455556666:function:f"))
                .isInstanceOf(Verdict.NotAllowed.class);
        assertThat(
                        service(
                                toLambda.replace("lambda.amazonaws", "s3.amazonaws"),
                                "arn:aws:lambda:us-east-1:111122223333:function:f"))
                .isInstanceOf(Verdict.NotAllowed.class);
        assertThat(root(OWNER, "kms:Decrypt", toLambda, "b"))
                .as("who signs is no service")
                .isInstanceOf(Verdict.NotAllowed.class);
        assertThat(service(TO_ACCOUNT, "arn:aws:lambda:us-east-1:111122223333:function:f"))
                .as("what the account may do, its services may for it")
                .isInstanceOf(Verdict.Allowed.class);
    }
}
