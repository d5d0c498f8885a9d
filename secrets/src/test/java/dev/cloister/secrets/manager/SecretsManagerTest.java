package dev.cloister.secrets.manager;

import static dev.cloister.secrets.TestKeys.ELSEWHERE;
import static dev.cloister.secrets.TestKeys.OWNER;
import static dev.cloister.secrets.TestKeys.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.secrets.TestKeys;
import dev.cloister.secrets.manager.PolicyCheck.Finding;
import dev.cloister.secrets.manager.SecretLifecycle.NewSecret;
import dev.cloister.secrets.manager.SecretPolicies.PublicPolicies;
import dev.cloister.secrets.manager.SecretUpdates.Change;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Secrets from their creation to their end, with a clock of the test's own. */
@Timeout(60)
final class SecretsManagerTest {
    private static final String NAME = "prod/db";

    @TempDir private Path folder;
    private TestKeys world;
    private SecretsManager manager;

    @BeforeEach
    void open() {
        world = new TestKeys(folder);
        PolicyCheck check =
                (policy, arn) ->
                        policy.contains("public")
                                ? new Finding.Public()
                                : policy.startsWith("{")
                                        ? new Finding.Sound()
                                        : new Finding.Malformed(List.of("no JSON"));
        manager =
                new SecretsManager(world.database, world.values, check, world, new SecureRandom());
    }

    @AfterEach
    void close() {
        manager.close();
        world.close();
    }

    private static NewSecret wanted(String name, String value) {
        return new NewSecret(
                name,
                Optional.of("of the shop"),
                Optional.empty(),
                Optional.of(SecretValue.text(value)),
                Optional.empty(),
                Map.of("team", "blue"));
    }

    private static NewSecret under(String key) {
        NewSecret standard = wanted(NAME, "one");
        return new NewSecret(
                NAME,
                standard.description(),
                Optional.of(key),
                standard.value(),
                standard.token(),
                standard.tags());
    }

    private Written create() {
        return manager.lifecycle().create(OWNER, wanted(NAME, "one"));
    }

    private Written put(String value, String... stages) {
        return manager.values()
                .put(OWNER, NAME, SecretValue.text(value), Optional.empty(), List.of(stages));
    }

    private String get(KeyCaller caller, String id) {
        return manager.values()
                .get(caller, id, Optional.empty(), Optional.empty())
                .value()
                .revealText();
    }

    private String staged(String stage) {
        return manager.values()
                .get(OWNER, NAME, Optional.empty(), Optional.of(stage))
                .value()
                .revealText();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AwsError.class, e -> assertThat(e.code()).as(e.message()).isEqualTo(code));
    }

    @Test
    void aSecretIsFoundByNameArnAndArnWithoutItsEnd() {
        String arn = create().secret().arn();
        assertThat(arn)
                .matches(
                        "arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/db-[A-Za-z0-9]{6}");
        for (String id : List.of(NAME, arn, arn.substring(0, arn.length() - 7))) {
            assertThat(get(OWNER, id)).as(id).isEqualTo("one");
        }
        for (KeyCaller other : List.of(STRANGER, ELSEWHERE)) {
            refused("ResourceNotFoundException", () -> get(other, NAME));
        }
        refused("ResourceNotFoundException", () -> get(ELSEWHERE, arn));
        refused("ResourceNotFoundException", () -> get(OWNER, arn + "x"));
    }

    /** That a policy allows the stranger is decided before. */
    @Test
    void anotherAccountReadsWhatIsUnderAKeyThatItMayUseToo() {
        String own = create().secret().arn();
        assertThatThrownBy(() -> get(STRANGER, own))
                .hasMessage(
                        "You can't access a secret from a different AWS account if you encrypt the"
                                + " secret with the default KMS service key.");
        String shared =
                manager.lifecycle()
                        .create(OWNER, under2("shared", world.newKey().arn()))
                        .secret()
                        .arn();
        refused("AccessDeniedException", () -> get(STRANGER, shared));
        world.allowEverybody();
        assertThat(get(STRANGER, shared)).isEqualTo("x");
    }

    @Test
    void encryptionIsBoundToTheSecretAndTheVersion() {
        Written written = create();
        assertThat(get(OWNER, NAME)).isEqualTo("one");
        Map<String, List<String>> conditions = world.uses.getLast().conditions();
        assertThat(world.uses)
                .extracting(use -> use.action())
                .contains("kms:GenerateDataKey", "kms:Decrypt");
        assertThat(conditions)
                .containsEntry("kms:EncryptionContext:SecretARN", List.of(written.secret().arn()))
                .containsEntry(
                        "kms:EncryptionContext:SecretVersionId",
                        List.of(written.versionId().orElseThrow()))
                .containsEntry("kms:ViaService", List.of("secretsmanager.us-east-1.amazonaws.com"));
    }

    @Test
    void aValueMovedToAnotherVersionOfAnotherSecretOpensNothing() {
        String version = create().versionId().orElseThrow();
        String other =
                manager.lifecycle().create(OWNER, wanted("other", "two")).versionId().orElseThrow();
        world.database.update(
                handle ->
                        handle.execute(
                                "UPDATE secret_versions SET sealed = (SELECT sealed FROM"
                                        + " secret_versions WHERE version_id = ?) WHERE version_id"
                                        + " = ?",
                                version,
                                other));
        refused("DecryptionFailure", () -> get(OWNER, "other"));
    }

    @Test
    void newVersionsMoveTheLabels() {
        create();
        put("two", Stages.CURRENT);
        assertThat(staged(Stages.CURRENT)).isEqualTo("two");
        assertThat(staged(Stages.PREVIOUS)).isEqualTo("one");
        put("three", Stages.PENDING, "green");
        assertThat(get(OWNER, NAME)).isEqualTo("two");
        assertThat(staged("green")).isEqualTo("three");
        refused("ResourceNotFoundException", () -> staged("blue"));
    }

    @Test
    void aLabelIsMovedOnlyFromWhereItIs() {
        String first = create().versionId().orElseThrow();
        String second = put("two", Stages.PENDING).versionId().orElseThrow();
        SecretValues values = manager.values();
        Optional<String> none = Optional.empty();
        String label = Stages.CURRENT;
        refused(
                "InvalidParameterException",
                () -> values.label(OWNER, NAME, label, none, Optional.of(second)));
        refused(
                "InvalidParameterException",
                () -> values.label(OWNER, NAME, label, Optional.of(second), none));
        refused(
                "InvalidParameterException",
                () -> values.label(OWNER, NAME, label, Optional.of(first), none));
        refused(
                "ResourceNotFoundException",
                () ->
                        values.label(
                                OWNER,
                                NAME,
                                label,
                                Optional.of(first),
                                Optional.of(UUID.randomUUID().toString())));
        refused("InvalidParameterException", () -> values.label(OWNER, NAME, label, none, none));
        assertThat(get(OWNER, NAME)).isEqualTo("one");
        values.label(OWNER, NAME, label, Optional.of(first), Optional.of(second));
        assertThat(get(OWNER, NAME)).isEqualTo("two");
        assertThat(staged(Stages.PREVIOUS)).isEqualTo("one");
        assertThat(
                        values.label(OWNER, NAME, Stages.PREVIOUS, Optional.of(first), none)
                                .stages()
                                .of(first))
                .isEmpty();
    }

    @Test
    void theSameRequestOnceMoreAnswersTheSame() {
        String token = UUID.randomUUID().toString();
        NewSecret standard = wanted(NAME, "one");
        NewSecret wanted =
                new NewSecret(
                        NAME,
                        standard.description(),
                        standard.kmsKeyId(),
                        standard.value(),
                        Optional.of(token),
                        standard.tags());
        Written once = manager.lifecycle().create(OWNER, wanted);
        assertThat(once.versionId()).contains(token);
        assertThat(manager.lifecycle().create(OWNER, wanted).secret().arn())
                .isEqualTo(once.secret().arn());
        refused("ResourceExistsException", this::create);
        SecretValues values = manager.values();
        assertThat(
                        values.put(
                                        OWNER,
                                        NAME,
                                        SecretValue.text("one"),
                                        Optional.of(token),
                                        List.of("x"))
                                .stages())
                .containsExactly(Stages.CURRENT);
        refused(
                "ResourceExistsException",
                () ->
                        values.put(
                                OWNER,
                                NAME,
                                SecretValue.text("other"),
                                Optional.of(token),
                                List.of(Stages.CURRENT)));
        refused(
                "ResourceExistsException",
                () ->
                        values.put(
                                OWNER,
                                NAME,
                                SecretValue.binary("one".getBytes(StandardCharsets.UTF_8)),
                                Optional.of(token),
                                List.of(Stages.CURRENT)));
    }

    @Test
    void ofManyThatCreateTheSameAtOnceOneDoes() throws Exception {
        List<Future<Written>> made = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                made.add(threads.submit(this::create));
            }
        }
        assertThat(made.stream().filter(it -> it.state() == Future.State.SUCCESS)).hasSize(1);
    }

    @Test
    void aDeletedSecretComesBackWithinItsWindowAndIsGoneAfterIt() {
        String arn = create().secret().arn();
        SecretLifecycle secrets = manager.lifecycle();
        refused("InvalidParameterException", () -> secrets.delete(OWNER, NAME, OptionalLong.of(6)));
        refused(
                "InvalidParameterException",
                () -> secrets.delete(OWNER, NAME, OptionalLong.of(31)));
        secrets.delete(OWNER, NAME, OptionalLong.of(7));
        refused("InvalidRequestException", () -> get(OWNER, NAME));
        refused("InvalidRequestException", () -> put("two", Stages.CURRENT));
        refused("InvalidRequestException", this::create);
        refused("InvalidRequestException", () -> manager.tags().put(OWNER, NAME, Map.of("a", "b")));
        secrets.restore(OWNER, NAME);
        assertThat(get(OWNER, NAME)).isEqualTo("one");
        secrets.delete(OWNER, NAME, OptionalLong.of(7));
        world.pass(Duration.ofDays(7));
        refused("ResourceNotFoundException", () -> secrets.describe(OWNER, NAME));
        refused("ResourceNotFoundException", () -> secrets.restore(OWNER, NAME));
        assertThat(create().secret().arn()).isNotEqualTo(arn);
        secrets.destroy(OWNER, NAME);
        assertThat(rows()).isZero();
        assertThat(secrets.destroy(OWNER, NAME).name()).isEqualTo(NAME);
    }

    private int rows() {
        return world.database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT (SELECT COUNT(*) FROM secret_secrets) + (SELECT"
                                                + " COUNT(*) FROM secret_versions) + (SELECT COUNT(*)"
                                                + " FROM secret_stages) + (SELECT COUNT(*) FROM"
                                                + " secret_tags)")
                                .mapTo(Integer.class)
                                .one());
    }

    @Test
    void whatIsDueIsRemovedThoughNobodyAsks() {
        create();
        manager.lifecycle().delete(OWNER, NAME, OptionalLong.of(30));
        Purges purges = new Purges(world.database, world);
        world.pass(Duration.ofDays(30).minusSeconds(1));
        purges.round();
        assertThat(rows()).isEqualTo(4);
        world.pass(Duration.ofSeconds(1));
        purges.round();
        assertThat(rows()).isZero();
    }

    @Test
    void underAnotherKeyTheLabeledVersionsAreSealedAnew() {
        ManagedKey first = world.newKey();
        ManagedKey second = world.newKey();
        manager.lifecycle().create(OWNER, under(first.arn()));
        put("two", Stages.CURRENT);
        manager.updates()
                .update(
                        OWNER,
                        NAME,
                        new Change(
                                Optional.empty(),
                                Optional.of(second.id()),
                                Optional.empty(),
                                Optional.empty()));
        world.keys.lifecycle().scheduleDeletion(OWNER, first.id(), 7);
        world.pass(Duration.ofDays(8));
        assertThat(get(OWNER, NAME)).isEqualTo("two");
        assertThat(staged(Stages.PREVIOUS)).isEqualTo("one");
        assertThat(manager.values().versions(manager.lifecycle().describe(OWNER, NAME), "", 10))
                .extracting(version -> version.sealed().keyArn())
                .containsOnly(second.arn());
    }

    @Test
    void aKeyThatIsDisabledOpensNothingFromThatMomentOn() {
        ManagedKey key = world.newKey();
        manager.lifecycle().create(OWNER, under(key.arn()));
        assertThat(get(OWNER, NAME)).isEqualTo("one");
        world.keys.lifecycle().disable(OWNER, key.id());
        refused("DecryptionFailure", () -> get(OWNER, NAME));
        refused("EncryptionFailure", () -> put("two", Stages.CURRENT));
        world.keys.lifecycle().enable(OWNER, key.id());
        assertThat(get(OWNER, NAME)).isEqualTo("one");
        world.keys.lifecycle().scheduleDeletion(OWNER, key.id(), 7);
        refused("DecryptionFailure", () -> get(OWNER, NAME));
        world.pass(Duration.ofDays(7));
        refused("DecryptionFailure", () -> get(OWNER, NAME));
        refused(
                "EncryptionFailure",
                () -> manager.lifecycle().create(OWNER, under2("another", key.arn())));
    }

    private static NewSecret under2(String name, String key) {
        NewSecret standard = wanted(name, "x");
        return new NewSecret(
                name,
                standard.description(),
                Optional.of(key),
                standard.value(),
                standard.token(),
                standard.tags());
    }

    @Test
    void whoMayNotUseTheKeyMayNotReadTheSecret() {
        create();
        world.deny();
        refused("AccessDeniedException", () -> get(OWNER, NAME));
        refused("AccessDeniedException", () -> put("two", Stages.CURRENT));
    }

    @Test
    void versionsWithoutLabelsGoWhenThereAreTooManyAndTheyAreOld() {
        create();
        for (int i = 1; i < VersionRows.MOST; i++) {
            put("v" + i, Stages.CURRENT);
        }
        refused("LimitExceededException", () -> put("more", Stages.CURRENT));
        world.pass(VersionRows.KEPT.plusSeconds(1));
        put("more", Stages.CURRENT);
        assertThat(get(OWNER, NAME)).isEqualTo("more");
        assertThat(staged(Stages.PREVIOUS)).isEqualTo("v99");
        assertThat(manager.values().versions(manager.lifecycle().describe(OWNER, NAME), "", 1_000))
                .hasSize(VersionRows.MOST);
    }

    @Test
    void aSecretHasTwentyLabelsAtMost() {
        create();
        String[] labels =
                Stream.iterate(1, i -> i + 1).limit(19).map(i -> "l" + i).toArray(String[]::new);
        put("two", labels);
        refused("LimitExceededException", () -> put("three", "one-too-many"));
        assertThatThrownBy(() -> staged("one-too-many")).isInstanceOf(AwsError.class);
    }

    @Test
    void valuesNamesAndTagsHaveTheirLimits() {
        String most = "x".repeat(65_536);
        manager.lifecycle().create(OWNER, wanted("large", most));
        assertThat(get(OWNER, "large")).isEqualTo(most);
        refused(
                "InvalidParameterException",
                () -> manager.lifecycle().create(OWNER, wanted("larger", "ä".repeat(32_769))));
        for (String name : List.of("a b", "ä", "a:b", "a*")) {
            refused(
                    "ValidationException",
                    () -> manager.lifecycle().create(OWNER, wanted(name, "x")));
        }
        create();
        refused(
                "InvalidParameterException",
                () -> manager.tags().put(OWNER, NAME, Map.of("aws:x", "y")));
        Map<String, String> tags = new java.util.HashMap<>();
        for (int i = 0; i < 50; i++) {
            tags.put("t" + i, "v");
        }
        refused("InvalidParameterException", () -> manager.tags().put(OWNER, NAME, tags));
        assertThat(manager.lifecycle().describe(OWNER, NAME).tags()).hasSize(1);
        manager.tags().remove(OWNER, NAME, List.of("team"));
        manager.tags().put(OWNER, NAME, tags);
        assertThat(manager.lifecycle().describe(OWNER, NAME).tags()).hasSize(50);
    }

    @Test
    void listsAreFilteredAndComeInPages() {
        for (int i = 0; i < 450; i++) {
            manager.lifecycle()
                    .create(OWNER, wanted("%s%03d".formatted(i % 2 == 0 ? "even" : "odd", i), "x"));
            world.pass(Duration.ofMillis(i % 3));
        }
        for (SecretOrder.By by : SecretOrder.By.values()) {
            for (SecretOrder.Direction direction : SecretOrder.Direction.values()) {
                List<String> names = new ArrayList<>();
                Optional<String> token = Optional.empty();
                do {
                    SecretList.Page page =
                            manager.list()
                                    .page(
                                            OWNER,
                                            List.of(
                                                    new SecretFilter(
                                                            SecretFilter.Key.NAME,
                                                            List.of("even"))),
                                            new SecretOrder(by, direction),
                                            SecretList.Deleted.HIDDEN,
                                            token,
                                            100);
                    page.secrets().forEach(secret -> names.add(secret.name()));
                    token = page.next();
                } while (token.isPresent());
                assertThat(names).hasSize(225).doesNotHaveDuplicates();
            }
        }
        assertThat(all(SecretFilter.Key.ALL, "SHOP odd001")).containsExactly("odd001");
        assertThat(all(SecretFilter.Key.NAME, "!even")).hasSize(225);
        assertThat(all(SecretFilter.Key.TAG_VALUE, "blu")).hasSize(450);
        assertThat(all(SecretFilter.Key.DESCRIPTION, "OF THE")).hasSize(450);
        assertThat(all(SecretFilter.Key.TAG_KEY, "Team")).isEmpty();
        refused(
                "InvalidNextTokenException",
                () ->
                        manager.list()
                                .page(
                                        OWNER,
                                        List.of(),
                                        SecretOrder.STANDARD,
                                        SecretList.Deleted.HIDDEN,
                                        Optional.of("nonsense"),
                                        10));
    }

    private List<String> all(SecretFilter.Key key, String value) {
        return manager
                .list()
                .page(
                        OWNER,
                        List.of(new SecretFilter(key, List.of(value))),
                        SecretOrder.STANDARD,
                        SecretList.Deleted.HIDDEN,
                        Optional.empty(),
                        1_000)
                .secrets()
                .stream()
                .map(Secret::name)
                .toList();
    }

    @Test
    void policiesAreExaminedBeforeTheyAreStored() {
        create();
        SecretPolicies policies = manager.policies();
        policies.put(OWNER, NAME, "{\"public\":1}", PublicPolicies.ALLOWED);
        refused(
                "PublicPolicyException",
                () -> policies.put(OWNER, NAME, "{\"public\":2}", PublicPolicies.BLOCKED));
        refused(
                "MalformedPolicyDocumentException",
                () -> policies.put(OWNER, NAME, "x", PublicPolicies.ALLOWED));
        assertThat(policies.get(OWNER, NAME).policy()).contains("{\"public\":1}");
        policies.delete(OWNER, NAME);
        assertThat(policies.get(OWNER, NAME).policy()).isEmpty();
    }

    @Test
    void aReadIsRememberedByItsDay() {
        create();
        get(OWNER, NAME);
        assertThat(manager.lifecycle().describe(OWNER, NAME).accessedAt().orElseThrow())
                .hasToString("2026-01-01T00:00:00Z");
        world.pass(Duration.ofDays(1));
        get(OWNER, NAME);
        assertThat(manager.lifecycle().describe(OWNER, NAME).accessedAt().orElseThrow())
                .hasToString("2026-01-02T00:00:00Z");
    }

    @Test
    void noValueIsInTheFilesInClear() throws IOException {
        String planted = "planted-" + UUID.randomUUID();
        manager.lifecycle().create(OWNER, wanted(NAME, planted));
        put(planted + "-again", Stages.CURRENT);
        get(OWNER, NAME);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(planted);
            }
        }
    }
}
