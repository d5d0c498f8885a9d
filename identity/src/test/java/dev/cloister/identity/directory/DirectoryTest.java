package dev.cloister.identity.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.Identities;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.PolicyEdits.DefaultVersion;
import dev.cloister.identity.directory.RoleEdits.NewRole;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final AccountId OTHER = new AccountId("210987654321");
    private static final String ALLOW =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"lambda:*\","
                    + "\"Resource\":\"*\"}]}";
    private static final String TRUST =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
                    + "{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";

    @TempDir private Path folder;
    private Database database;
    private RootKeyring keyring;
    private Identities identities;

    @BeforeEach
    void open() {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()));
        keyring = RootKeyring.open(folder.resolve("root.key"), database);
        load();
        identities.ensureAccount(ACCOUNT);
    }

    private void load() {
        identities =
                new Identities(
                        database,
                        new Envelope(keyring),
                        () -> Instant.parse("2026-01-01T00:00:00Z"),
                        new SecureRandom());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private EntityEdits entities() {
        return identities.directory().entities();
    }

    private AccountState state() {
        return identities.directory().state(ACCOUNT);
    }

    private IamEntity user(String name) {
        return entities().create(ACCOUNT, Kind.USER, name, "/team/", Map.of(), Optional.empty());
    }

    private static void refused(String code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error -> {
                            assertThat(error.code()).isEqualTo(code);
                            assertThat(error.message()).isEqualTo(message);
                        });
    }

    private boolean mayInvoke(String user) {
        IamEntity entity = state().find(Kind.USER, user).orElseThrow();
        return PolicyEvaluator.decide(
                        Caller.User.of(
                                ACCOUNT.value(),
                                entity.arn(ACCOUNT),
                                entity.id(),
                                user,
                                entity.tags()),
                        state().policiesOf(entity),
                        Optional.empty(),
                        new AccessRequest(
                                "lambda:InvokeFunction", "*", Optional.empty(), ContextKeys.NONE))
                .isAllowed();
    }

    @Test
    void everythingIsThereAfterARestart() {
        IamEntity ana = user("ana");
        entities().putInline(ACCOUNT, Kind.USER, "ana", "p", ALLOW);
        entities().create(ACCOUNT, Kind.GROUP, "devs", "/", Map.of(), Optional.empty());
        entities().addToGroup(ACCOUNT, "ana", "devs");
        ManagedPolicy policy =
                identities.directory().policies().create(ACCOUNT, "m", "/", ALLOW, "d", Map.of());
        entities().attach(ACCOUNT, Kind.GROUP, "devs", policy.arn());
        UserKeys.NewKey key = identities.userKeys().create(ACCOUNT, "ana");
        AccountState before = state();
        load();
        assertThat(state().all(Kind.USER)).containsExactlyElementsOf(before.all(Kind.USER));
        assertThat(state().all(Kind.GROUP)).containsExactlyElementsOf(before.all(Kind.GROUP));
        assertThat(state().ownPolicies()).containsExactlyElementsOf(before.ownPolicies());
        assertThat(identities.userKeys().of(ana)).containsExactly(key.key());
        assertThat(identities.userKeys().find(key.key().accessKeyId()).orElseThrow().secret())
                .isEqualTo(key.secret());
    }

    @Test
    void secretsAreSealedWhereTheyAreStored() throws Exception {
        user("ana");
        String secret = identities.userKeys().create(ACCOUNT, "ana").secret().reveal();
        database.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(secret);
            }
        }
    }

    @Test
    void namesAreUniqueWithoutRegardToCase() {
        user("ana");
        refused("EntityAlreadyExists", "User with name ANA already exists.", () -> user("ANA"));
        assertThat(state().find(Kind.USER, "Ana")).isPresent();
        assertThat(identities.directory().state(OTHER).find(Kind.USER, "ana")).isEmpty();
    }

    @Test
    void aChangeOfPolicyCountsAtOnce() {
        user("ana");
        entities().create(ACCOUNT, Kind.GROUP, "devs", "/", Map.of(), Optional.empty());
        assertThat(mayInvoke("ana")).isFalse();
        entities().addToGroup(ACCOUNT, "ana", "devs");
        entities().putInline(ACCOUNT, Kind.GROUP, "devs", "p", ALLOW);
        assertThat(mayInvoke("ana")).isTrue();
        entities().removeFromGroup(ACCOUNT, "ana", "devs");
        assertThat(mayInvoke("ana")).isFalse();
        PolicyEdits policies = identities.directory().policies();
        ManagedPolicy policy = policies.create(ACCOUNT, "m", "/", ALLOW, "", Map.of());
        entities().attach(ACCOUNT, Kind.USER, "ana", policy.arn());
        assertThat(mayInvoke("ana")).isTrue();
        policies.createVersion(
                ACCOUNT, policy.arn(), ALLOW.replace("Allow", "Deny"), DefaultVersion.AS_BEFORE);
        assertThat(mayInvoke("ana")).isTrue();
        policies.setDefault(ACCOUNT, policy.arn(), "v2");
        assertThat(mayInvoke("ana")).isFalse();
    }

    @Test
    void aBoundaryLimitsAUser() {
        user("ana");
        entities().putInline(ACCOUNT, Kind.USER, "ana", "p", ALLOW);
        entities()
                .setBoundary(
                        ACCOUNT,
                        Kind.USER,
                        "ana",
                        Optional.of("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"));
        assertThat(mayInvoke("ana")).isFalse();
        entities().setBoundary(ACCOUNT, Kind.USER, "ana", Optional.empty());
        assertThat(mayInvoke("ana")).isTrue();
    }

    @Test
    void whatIsInUseIsNotDeleted() {
        user("ana");
        entities().putInline(ACCOUNT, Kind.USER, "ana", "p", ALLOW);
        refused(
                "DeleteConflict",
                "Cannot delete entity, must delete policies first.",
                () -> identities.userKeys().deleteUser(ACCOUNT, "ana"));
        entities().deleteInline(ACCOUNT, Kind.USER, "ana", "p");
        UserKeys.NewKey key = identities.userKeys().create(ACCOUNT, "ana");
        refused(
                "DeleteConflict",
                "Cannot delete entity, must remove referenced objects first.",
                () -> identities.userKeys().deleteUser(ACCOUNT, "ana"));
        identities.userKeys().delete(ACCOUNT, "ana", key.key().accessKeyId());
        identities.userKeys().deleteUser(ACCOUNT, "ana");
        refused(
                "NoSuchEntity",
                "The user with name ana cannot be found.",
                () -> identities.userKeys().deleteUser(ACCOUNT, "ana"));
    }

    @Test
    void keysAreTwoAndAnInactiveOneSignsNothing() {
        user("ana");
        String first = identities.userKeys().create(ACCOUNT, "ana").key().accessKeyId();
        identities.userKeys().create(ACCOUNT, "ana");
        refused(
                "LimitExceeded",
                "Cannot exceed quota for AccessKeysPerUser: 2",
                () -> identities.userKeys().create(ACCOUNT, "ana"));
        assertThat(identities.userKeys().find(first)).isPresent();
        identities.userKeys().setStatus(ACCOUNT, "ana", first, UserKey.Status.INACTIVE);
        assertThat(identities.userKeys().find(first)).isEmpty();
        load();
        assertThat(identities.userKeys().find(first)).isEmpty();
    }

    @Test
    void aRenamedUserKeepsItsKeysAndItsGroup() {
        user("ana");
        entities().create(ACCOUNT, Kind.GROUP, "devs", "/", Map.of(), Optional.empty());
        entities().addToGroup(ACCOUNT, "ana", "devs");
        String key = identities.userKeys().create(ACCOUNT, "ana").key().accessKeyId();
        entities().rename(ACCOUNT, Kind.USER, "ana", Optional.of("eva"), Optional.of("/"));
        entities().rename(ACCOUNT, Kind.GROUP, "devs", Optional.of("ops"), Optional.empty());
        assertThat(identities.userKeys().find(key).orElseThrow().principal().arn())
                .isEqualTo("arn:aws:iam::123456789012:user/eva");
        assertThat(state().members("ops")).extracting(IamEntity::name).containsExactly("eva");
        load();
        assertThat(state().find(Kind.USER, "ana")).isEmpty();
    }

    @Test
    void aRolesTrustNamesPrincipalsThatAreThere() {
        String trust =
                TRUST.replace(
                        "{\"Service\":\"lambda.amazonaws.com\"}",
                        "{\"AWS\":\"arn:aws:iam::123456789012:user/team/ana\"}");
        refused(
                "MalformedPolicyDocument",
                "Invalid principal in policy: \"AWS\":\"arn:aws:iam::123456789012:user/team/ana\"",
                () -> role("r", trust));
        user("ana");
        assertThat(role("r", trust).id()).matches("AROA[A-Z2-7]{17}");
    }

    private IamEntity role(String name, String trust) {
        return identities
                .directory()
                .roles()
                .create(
                        ACCOUNT,
                        new NewRole(name, "/", trust, "", 3600, Map.of(), Optional.empty()));
    }

    @Test
    void aServiceLinkedRoleIsItsServices() {
        IamEntity role =
                identities
                        .directory()
                        .roles()
                        .createLinked(ACCOUNT, "lambda.amazonaws.com", Optional.empty(), "");
        assertThat(role.arn(ACCOUNT))
                .isEqualTo(
                        "arn:aws:iam::123456789012:role/aws-service-role/lambda.amazonaws.com/"
                                + "AWSServiceRoleForLambda");
        assertThatThrownBy(() -> entities().putInline(ACCOUNT, Kind.ROLE, role.name(), "p", ALLOW))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error -> assertThat(error.code()).isEqualTo("UnmodifiableEntity"));
        identities.directory().roles().deleteLinked(ACCOUNT, role.name());
        assertThat(state().find(Kind.ROLE, role.name())).isEmpty();
    }

    @Test
    void inlinePoliciesTogetherHaveALimit() {
        user("ana");
        String filler = ALLOW.replace("lambda:*", "lambda:" + "x".repeat(1_200));
        entities().putInline(ACCOUNT, Kind.USER, "ana", "a", filler);
        refused(
                "LimitExceeded",
                "Maximum policy size of 2048 bytes exceeded for user ana",
                () -> entities().putInline(ACCOUNT, Kind.USER, "ana", "b", filler));
        assertThat(state().find(Kind.USER, "ana").orElseThrow().inline()).containsOnlyKeys("a");
    }

    @Test
    void awsManagedPoliciesAreAllPoliciesAndNobodysToChange() {
        assertThat(state().awsManagedPolicies()).hasSizeGreaterThan(40);
        for (ManagedPolicy policy : state().awsManagedPolicies()) {
            assertThat(Policy.parse(PolicyKind.IDENTITY, policy.arn(), policy.document()))
                    .as(policy.arn())
                    .isNotNull();
        }
        String arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        assertThat(state().policy(arn)).isPresent();
        refused(
                "AccessDenied",
                "Policy is outside your own account: " + arn + ".",
                () -> identities.directory().policies().delete(ACCOUNT, arn));
    }

    @Test
    void versionsOfAPolicyAreFiveAndTheirNumbersAreNotUsedAgain() {
        PolicyEdits policies = identities.directory().policies();
        String arn = policies.create(ACCOUNT, "m", "/p/", ALLOW, "", Map.of()).arn();
        assertThat(arn).isEqualTo("arn:aws:iam::123456789012:policy/p/m");
        for (int version = 2; version <= 5; version++) {
            assertThat(policies.createVersion(ACCOUNT, arn, ALLOW, DefaultVersion.THE_NEW_ONE).id())
                    .isEqualTo("v" + version);
        }
        assertThatThrownBy(
                        () -> policies.createVersion(ACCOUNT, arn, ALLOW, DefaultVersion.AS_BEFORE))
                .isInstanceOf(AwsError.class);
        refused(
                "DeleteConflict",
                "Cannot delete the default version of a policy.",
                () -> policies.deleteVersion(ACCOUNT, arn, "v5"));
        policies.deleteVersion(ACCOUNT, arn, "v4");
        assertThat(policies.createVersion(ACCOUNT, arn, ALLOW, DefaultVersion.AS_BEFORE).id())
                .isEqualTo("v6");
    }
}
