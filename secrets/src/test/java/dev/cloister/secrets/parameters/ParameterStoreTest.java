package dev.cloister.secrets.parameters;

import static dev.cloister.secrets.TestKeys.OWNER;
import static dev.cloister.secrets.TestKeys.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.keys.KeyUse;
import dev.cloister.keys.managed.CipherInput;
import dev.cloister.keys.managed.DryRun;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.keys.managed.SecretBytes;
import dev.cloister.secrets.TestKeys;
import dev.cloister.secrets.parameters.ParameterFilter.Option;
import dev.cloister.secrets.parameters.ParameterFilter.Subject;
import dev.cloister.secrets.parameters.ParameterReads.Depth;
import dev.cloister.secrets.parameters.ParameterReads.Read;
import dev.cloister.secrets.parameters.ParameterWrites.NewParameter;
import dev.cloister.secrets.parameters.ParameterWrites.Overwrite;
import dev.cloister.secrets.parameters.ParameterWrites.WantedTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters with their versions, labels and limits. */
@Timeout(60)
final class ParameterStoreTest {
    private static final String NAME = "/app/db/password";

    @TempDir private Path folder;
    private TestKeys world;
    private ParameterStore store;

    @BeforeEach
    void open() {
        world = new TestKeys(folder);
        store = new ParameterStore(world.database, world.values, world.envelope, world);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** A request with one thing or another changed. */
    private record Wanted(
            String name,
            String value,
            ParameterKind kind,
            Optional<String> keyId,
            Optional<String> pattern,
            WantedTier tier,
            Overwrite overwrite,
            Map<String, String> tags) {
        static Wanted of(String name, String value) {
            return new Wanted(
                    name,
                    value,
                    ParameterKind.STRING,
                    Optional.empty(),
                    Optional.empty(),
                    WantedTier.UNSAID,
                    Overwrite.REFUSED,
                    Map.of());
        }

        Wanted secure() {
            return new Wanted(
                    name,
                    value,
                    ParameterKind.SECURE_STRING,
                    keyId,
                    pattern,
                    tier,
                    overwrite,
                    tags);
        }

        Wanted under(String key) {
            return new Wanted(name, value, kind, Optional.of(key), pattern, tier, overwrite, tags);
        }

        Wanted matching(String regex) {
            return new Wanted(name, value, kind, keyId, Optional.of(regex), tier, overwrite, tags);
        }

        Wanted in(WantedTier wanted) {
            return new Wanted(name, value, kind, keyId, pattern, wanted, overwrite, tags);
        }

        Wanted again() {
            return new Wanted(name, value, kind, keyId, pattern, tier, Overwrite.ALLOWED, tags);
        }

        Wanted tagged(Map<String, String> more) {
            return new Wanted(name, value, kind, keyId, pattern, tier, overwrite, more);
        }

        NewParameter request() {
            return new NewParameter(
                    name,
                    value,
                    Optional.of(kind),
                    Optional.empty(),
                    keyId,
                    pattern,
                    Optional.empty(),
                    tier,
                    overwrite,
                    tags);
        }
    }

    private Parameter put(Wanted wanted) {
        return store.writes().put(OWNER, wanted.request());
    }

    private String get(String name) {
        return store.reads().get(OWNER, name, Decryption.ON).value();
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AwsError.class, e -> assertThat(e.code()).as(e.message()).isEqualTo(code));
    }

    @Test
    void aParameterIsFoundByNameVersionLabelAndArn() {
        put(Wanted.of(NAME, "one"));
        put(Wanted.of(NAME, "two").again());
        store.labels().put(OWNER, NAME, Optional.of(1L), List.of("stable"));
        String arn = "arn:aws:ssm:us-east-1:111122223333:parameter" + NAME;
        assertThat(get(NAME)).isEqualTo("two");
        assertThat(get(NAME + ":1")).isEqualTo("one");
        assertThat(get(NAME + ":stable")).isEqualTo("one");
        assertThat(get(arn)).isEqualTo("two");
        assertThat(get(arn + ":stable")).isEqualTo("one");
        put(Wanted.of("plain", "three"));
        assertThat(get("arn:aws:ssm:us-east-1:111122223333:parameter/plain")).isEqualTo("three");
        refused("ParameterVersionNotFound", () -> get(NAME + ":3"));
        refused("ParameterVersionNotFound", () -> get(NAME + ":other"));
        refused("ParameterNotFound", () -> get("/app"));
        refused("ParameterNotFound", () -> store.reads().get(STRANGER, NAME, Decryption.ON));
        refused("ParameterNotFound", () -> store.reads().get(STRANGER, arn, Decryption.ON));
    }

    @Test
    void aSecureStringIsBoundToItsArnAndHiddenWithoutDecryption() {
        put(Wanted.of(NAME, "hush").secure());
        String arn = "arn:aws:ssm:us-east-1:111122223333:parameter" + NAME;
        KeyUse use = world.uses.getLast();
        assertThat(use.action()).isEqualTo("kms:Encrypt");
        assertThat(use.conditions())
                .containsEntry("kms:EncryptionContext:PARAMETER_ARN", List.of(arn));
        Read hidden = store.reads().get(OWNER, NAME, Decryption.OFF);
        assertThat(hidden.value()).doesNotContain("hush");
        try (SecretBytes clear =
                world.keys
                        .encryption()
                        .decrypt(
                                OWNER,
                                Optional.empty(),
                                CipherInput.symmetric(Map.of("PARAMETER_ARN", arn)),
                                Base64.getDecoder().decode(hidden.value()),
                                DryRun.OFF)
                        .bytes()) {
            assertThat(clear.reveal()).asString(StandardCharsets.UTF_8).isEqualTo("hush");
        }
        assertThat(get(NAME)).isEqualTo("hush");
        assertThat(hidden.parameter().keyId()).contains("alias/aws/ssm");
    }

    @Test
    void aKeyThatCanNotBeUsedGivesKmsErrors() {
        ManagedKey key = world.newKey();
        put(Wanted.of(NAME, "hush").secure().under(key.id()));
        assertThat(get(NAME)).isEqualTo("hush");
        world.keys.lifecycle().disable(OWNER, key.id());
        assertThatThrownBy(() -> get(NAME))
                .hasMessage(
                        key.arn()
                                + " is disabled. (Service: AWSKMS; Status Code: 400; Error Code:"
                                + " DisabledException)");
        refused("InvalidKeyId", () -> get(NAME));
        refused(
                "InvalidKeyId",
                () -> put(Wanted.of(NAME, "x").secure().under("alias/none").again()));
        world.keys.lifecycle().enable(OWNER, key.id());
        world.deny();
        refused("AccessDeniedException", () -> get(NAME));
        refused("AccessDeniedException", () -> put(Wanted.of("/other", "x").secure()));
        refused("ParameterNotFound", () -> get("/other"));
    }

    @Test
    void advancedParametersAreLargerAndStayAdvanced() {
        String large = "x".repeat(8_192);
        refused("ValidationException", () -> put(Wanted.of(NAME, "x".repeat(4_097))));
        refused("ValidationException", () -> put(Wanted.of(NAME, "ä".repeat(2_049))));
        assertThat(put(Wanted.of("/s", "x".repeat(4_096))).tier())
                .isEqualTo(ParameterTier.STANDARD);
        refused(
                "ValidationException",
                () -> put(Wanted.of(NAME, large + "x").in(WantedTier.ADVANCED)));
        assertThat(put(Wanted.of(NAME, large).secure().in(WantedTier.INTELLIGENT)).tier())
                .isEqualTo(ParameterTier.ADVANCED);
        assertThat(world.uses.getLast().action()).isEqualTo("kms:GenerateDataKey");
        assertThat(get(NAME)).isEqualTo(large);
        refused(
                "ValidationException",
                () -> put(Wanted.of(NAME, "x").in(WantedTier.STANDARD).again()));
        assertThat(put(Wanted.of(NAME, "x").again()).tier()).isEqualTo(ParameterTier.ADVANCED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b", "/a//b", "/a/", "a/b", "/", "//", "ä", "/a*", "ssmx", "/SSM/x", "/a:b", "{x}"
            })
    void namesThatThereCanNotBeAreRefused(String name) {
        refused("ValidationException", () -> put(Wanted.of(name, "x")));
    }

    @Test
    void reservedDeepAndLongNamesAreRefused() {
        refused("AccessDeniedException", () -> put(Wanted.of("/aws/x", "x")));
        refused("AccessDeniedException", () -> put(Wanted.of("AWSx", "x")));
        put(Wanted.of("/a".repeat(15), "x"));
        refused("HierarchyLevelLimitExceededException", () -> put(Wanted.of("/a".repeat(16), "x")));
        int prefix = "arn:aws:ssm:us-east-1:111122223333:parameter".length();
        put(Wanted.of("/" + "a".repeat(1_011 - prefix - 1), "x"));
        refused("ValidationException", () -> put(Wanted.of("/" + "a".repeat(1_011 - prefix), "x")));
    }

    @Test
    void overwritingHasToBeAskedFor() {
        put(Wanted.of(NAME, "one").tagged(Map.of("a", "b")));
        refused("ParameterAlreadyExists", () -> put(Wanted.of(NAME, "two")));
        refused(
                "ValidationException",
                () -> put(Wanted.of(NAME, "two").tagged(Map.of("a", "b")).again()));
        assertThat(put(Wanted.of(NAME, "two").again()).version()).isEqualTo(2);
        store.writes().delete(OWNER, NAME);
        refused("ParameterNotFound", () -> get(NAME));
        refused("ParameterNotFound", () -> store.writes().delete(OWNER, NAME));
        assertThat(put(Wanted.of(NAME, "three")).version()).isEqualTo(1);
        refused("InvalidResourceId", () -> store.tags().list(OWNER, "/none"));
        assertThat(store.tags().list(OWNER, NAME)).isEmpty();
    }

    @Test
    void ofManyThatOverwriteAtOnceEachHasAVersionOfItsOwn() throws Exception {
        put(Wanted.of(NAME, "zero"));
        List<Future<Parameter>> made = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String value = "v" + i;
                made.add(threads.submit(() -> put(Wanted.of(NAME, value).again())));
            }
        }
        List<Long> versions = new ArrayList<>();
        for (Future<Parameter> each : made) {
            versions.add(each.get().version());
        }
        assertThat(versions)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(2, 21).mapToObj(Long::valueOf).toList());
    }

    @Test
    void aHundredVersionsAreKeptAndALabeledOneIsNotDropped() {
        put(Wanted.of(NAME, "v1"));
        for (int i = 2; i <= 101; i++) {
            put(Wanted.of(NAME, "v" + i).again());
        }
        refused("ParameterVersionNotFound", () -> get(NAME + ":1"));
        assertThat(get(NAME + ":2")).isEqualTo("v2");
        store.labels().put(OWNER, NAME, Optional.of(2L), List.of("keep"));
        refused("ParameterMaxVersionLimitExceeded", () -> put(Wanted.of(NAME, "x").again()));
        store.labels().put(OWNER, NAME, Optional.of(50L), List.of("keep"));
        assertThat(put(Wanted.of(NAME, "x").again()).version()).isEqualTo(102);
        assertThat(store.reads().history(OWNER, NAME, 0, 1_000, Decryption.ON)).hasSize(100);
    }

    @Test
    void aLabelMovesAndAVersionHasTenAtMost() {
        put(Wanted.of(NAME, "one"));
        put(Wanted.of(NAME, "two").again());
        ParameterLabels labels = store.labels();
        assertThat(
                        labels.put(
                                        OWNER,
                                        NAME,
                                        Optional.empty(),
                                        List.of("prod", "1st", "aws-x", "SSM", "a b"))
                                .invalid())
                .containsExactly("1st", "aws-x", "SSM", "a b");
        assertThat(get(NAME + ":prod")).isEqualTo("two");
        labels.put(OWNER, NAME, Optional.of(1L), List.of("prod"));
        assertThat(get(NAME + ":prod")).isEqualTo("one");
        List<String> ten = IntStream.range(0, 10).mapToObj(i -> "l" + i).toList();
        refused(
                "ParameterVersionLabelLimitExceeded",
                () -> labels.put(OWNER, NAME, Optional.of(1L), ten));
        labels.put(OWNER, NAME, Optional.of(2L), ten);
        ParameterLabels.Outcome removed = labels.remove(OWNER, NAME, 2, List.of("l0", "prod"));
        assertThat(removed.done()).containsExactly("l0");
        assertThat(removed.invalid()).containsExactly("prod");
        refused(
                "ParameterVersionNotFound",
                () -> labels.put(OWNER, NAME, Optional.of(9L), List.of("x")));
    }

    @Test
    void pathsHaveLevelsAndPages() {
        for (int i = 0; i < 230; i++) {
            put(Wanted.of("/app/s%03d".formatted(i), "v"));
        }
        put(Wanted.of("/app/deep/er/x", "v").secure());
        put(Wanted.of("/apple", "v"));
        put(Wanted.of("app", "v"));
        assertThat(names("/app", Depth.ONE_LEVEL)).hasSize(230).contains("/app/s000");
        assertThat(names("/app/", Depth.ALL_LEVELS)).hasSize(231).contains("/app/deep/er/x");
        assertThat(names("/app/deep", Depth.ONE_LEVEL)).isEmpty();
        assertThat(names("/", Depth.ONE_LEVEL)).containsExactly("/apple", "app");
        assertThat(names("/none", Depth.ALL_LEVELS)).isEmpty();
        for (String path : List.of("app", "", "/a//b", "/a*")) {
            refused("ValidationException", () -> names(path, Depth.ONE_LEVEL));
        }
    }

    private List<String> names(String path, Depth depth) {
        List<String> names = new ArrayList<>();
        String after = "";
        while (true) {
            List<Read> page =
                    store.reads().byPath(OWNER, path, depth, List.of(), after, 10, Decryption.ON);
            page.forEach(read -> names.add(read.parameter().key().name()));
            if (page.size() < 10) {
                return names;
            }
            after = page.getLast().parameter().key().name();
        }
    }

    @Test
    void listsAreFiltered() {
        put(Wanted.of("/a/one", "v").tagged(Map.of("team", "blue")));
        put(Wanted.of("/a/b/two", "v").secure().tagged(Map.of("team", "red")));
        put(Wanted.of("three", "v").in(WantedTier.ADVANCED));
        assertThat(listed(Subject.NAME, Option.BEGINS_WITH, "/a")).hasSize(2);
        assertThat(listed(Subject.NAME, Option.CONTAINS, "HRE")).containsExactly("three");
        assertThat(listed(Subject.TYPE, Option.EQUALS, "SecureString")).containsExactly("/a/b/two");
        assertThat(listed(Subject.KEY_ID, Option.EQUALS, "alias/aws/ssm")).hasSize(1);
        assertThat(listed(Subject.PATH, Option.ONE_LEVEL, "/a")).containsExactly("/a/one");
        assertThat(listed(Subject.PATH, Option.RECURSIVE, "/a")).hasSize(2);
        assertThat(listed(Subject.TIER, Option.EQUALS, "Advanced")).containsExactly("three");
        assertThat(
                        store.reads()
                                .list(
                                        OWNER,
                                        List.of(
                                                new ParameterFilter(
                                                        Subject.TAG,
                                                        "team",
                                                        Option.EQUALS,
                                                        List.of("blue", "green"))),
                                        "",
                                        10))
                .hasSize(1);
    }

    private List<String> listed(Subject subject, Option option, String value) {
        return store
                .reads()
                .list(
                        OWNER,
                        List.of(new ParameterFilter(subject, "", option, List.of(value))),
                        "",
                        100)
                .stream()
                .map(parameter -> parameter.key().name())
                .toList();
    }

    @Test
    void valuesHaveToMatchTheirPatternWithinLimits() {
        put(Wanted.of("/n", "12").matching("\\d+"));
        refused(
                "ParameterPatternMismatchException",
                () -> put(Wanted.of("/m", "x").matching("\\d+")));
        refused("InvalidAllowedPatternException", () -> put(Wanted.of("/m", "x").matching("(")));
        String many = "a".repeat(4_000);
        for (String slow : List.of("(a+)+b", "(a|a)*b", "(.*)*(.*)*(.*)*b", "((a*)*)*b")) {
            refused(
                    "ParameterPatternMismatchException",
                    () -> put(Wanted.of("/m", many).matching(slow)));
        }
        refused(
                "InvalidAllowedPatternException",
                () -> put(Wanted.of("/m", "x").matching("((){9999}){99999}x")));
        refused("ParameterNotFound", () -> get("/m"));
    }

    @Test
    void whatANewVersionDoesNotSayStaysAsItWas() {
        ManagedKey key = world.newKey();
        put(Wanted.of(NAME, "12").secure().under(key.id()).matching("\\d+"));
        refused(
                "ParameterPatternMismatchException",
                () -> put(Wanted.of(NAME, "x").secure().again()));
        Parameter second = put(Wanted.of(NAME, "34").secure().again());
        assertThat(second.keyId()).contains(key.id());
        assertThat(second.sealed().keyArn()).isEqualTo(key.arn());
        assertThat(put(Wanted.of(NAME, "x").secure().matching("").again()).allowedPattern())
                .isEmpty();
    }

    @Test
    void valuesAndKindsAreChecked() {
        refused("ValidationException", () -> put(Wanted.of(NAME, "")));
        refused("ValidationException", () -> put(Wanted.of(NAME, "a {{ssm:other}} b")));
        put(Wanted.of(NAME, "}} a {{"));
        refused("ValidationException", () -> put(Wanted.of("/k", "x").under("alias/aws/ssm")));
        Map<String, String> tags = new HashMap<>();
        IntStream.rangeClosed(0, 50).forEach(i -> tags.put("t" + i, "v"));
        refused("TooManyTagsError", () -> put(Wanted.of("/t", "x").tagged(tags)));
        refused("ParameterNotFound", () -> get("/t"));
    }

    @Test
    void noValueIsInTheFilesInClear() throws IOException {
        String planted = "planted-" + UUID.randomUUID();
        put(Wanted.of("/secure", planted).secure());
        put(Wanted.of("/advanced", planted).secure().in(WantedTier.ADVANCED));
        put(Wanted.of("/plain", planted));
        get("/secure");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(planted);
            }
        }
    }
}
