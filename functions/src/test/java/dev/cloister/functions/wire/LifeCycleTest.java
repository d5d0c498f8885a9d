package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.functions.FaultyDatabase;
import dev.cloister.functions.FunctionCatalog.Resolved;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.Installation;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.functions.code.Zips;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import dev.cloister.storage.CorruptArtifactException;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/** What is stored, through stops, faults and races. */
class LifeCycleTest extends OperationsTest {
    private static final String SECRET = "hunter2-is-not-on-this-disk";

    private Optional<VersionSnapshot> snapshot(String name) {
        return lambda.functions()
                .resolve(Installation.ACCOUNT, Installation.REGION, name, Optional.empty())
                .map(Resolved::version);
    }

    @Test
    void unfinishedCreationsResumeAfterAStop() throws IOException {
        lambda.runtimes.hold();
        create(f -> f.publish(true));
        assertThat(snapshot("hello").orElseThrow().state())
                .isEqualTo(VersionSnapshot.State.PENDING);
        lambda.restart();
        assertThat(snapshot("hello").orElseThrow().state())
                .isEqualTo(VersionSnapshot.State.PENDING);
        lambda.runtimes.release();
        assertThat(lambda.settled("hello").stateAsString()).isEqualTo("Active");
        try (InputStream image = snapshot("hello").orElseThrow().code().orElseThrow().open()) {
            assertThat(new String(image.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("lambda_function.py");
        }
    }

    @Test
    void unfinishedUpdatesResumeAndTheOldServesMeanwhile() {
        active();
        lambda.runtimes.hold();
        upload(OTHER_ZIP, UnaryOperator.identity());
        VersionSnapshot before = snapshot("hello").orElseThrow();
        lambda.restart();
        assertThat(snapshot("hello").orElseThrow().revision()).isEqualTo(before.revision());
        assertThat(snapshot("hello").orElseThrow().state()).isEqualTo(VersionSnapshot.State.ACTIVE);
        lambda.runtimes.release();
        assertThat(lambda.settled("hello").lastUpdateStatusAsString()).isEqualTo("Successful");
        assertThat(snapshot("hello").orElseThrow().revision()).isNotEqualTo(before.revision());
    }

    @Test
    void aRuntimeImageThatHasGoneIsBuiltAgainAtStart() {
        active();
        lambda.runtimes.forget();
        lambda.restart();
        Installation.until(
                () -> snapshot("hello").orElseThrow().state() == VersionSnapshot.State.ACTIVE);
    }

    @Test
    void noSecretIsOnDiskInClear() throws IOException {
        create(f -> f.environment(e -> e.variables(Map.of("PASSWORD", SECRET))));
        lambda.settled("hello");
        upload(Zips.handler("password = '" + SECRET + "'"), UnaryOperator.identity());
        lambda.settled("hello");
        lambda.restart();
        assertThat(snapshot("hello").orElseThrow().environment().toString())
                .contains("PASSWORD")
                .doesNotContain(SECRET);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET);
            }
        }
    }

    @Test
    void errorsDoNotShowVariables() {
        assertThatThrownBy(
                        () ->
                                create(
                                        f ->
                                                f.environment(
                                                        e ->
                                                                e.variables(
                                                                        Map.of(
                                                                                "PASSWORD",
                                                                                SECRET.repeat(
                                                                                        300))))))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("4KB")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void variablesMovedToAnotherFunctionAreNotReadAndTheRestGoesOn() {
        create(f -> f.environment(e -> e.variables(Map.of("PASSWORD", SECRET))));
        lambda.call(named("thief").build(), CreateFunctionResponse.class);
        lambda.settled("hello");
        lambda.settled("thief");
        lambda.database()
                .update(
                        handle ->
                                handle.execute(
                                        "UPDATE functions_version SET document = (SELECT document"
                                                + " FROM functions_version WHERE name = 'hello')"
                                                + " WHERE name = 'thief'"));
        lambda.restart();
        GetFunctionConfigurationResponse thief = lambda.settled("thief");
        assertThat(thief.environment().hasVariables()).isFalse();
        assertThat(thief.environment().error().errorCode()).isEqualTo("KMSAccessDeniedException");
        assertThat(snapshot("thief").orElseThrow().state()).isEqualTo(VersionSnapshot.State.FAILED);
        assertThat(snapshot("hello").orElseThrow().state()).isEqualTo(VersionSnapshot.State.ACTIVE);
    }

    @Test
    void aFlippedBitInTheStoreIsAnErrorAndNeverRead() throws IOException {
        active();
        try (Stream<Path> files = Files.walk(lambda.artifacts().folder())) {
            for (Path file : files.filter(f -> f.toString().contains("code-image")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 20] ^= 1;
                Files.write(file, bytes);
            }
        }
        VersionSnapshot.Code code = snapshot("hello").orElseThrow().code().orElseThrow();
        assertThatThrownBy(() -> read(code)).isInstanceOf(CorruptArtifactException.class);
    }

    @Test
    void anArtifactPutInAnothersPlaceIsAnError() throws IOException {
        active();
        String image =
                lambda.artifactNames().stream()
                        .filter(name -> name.startsWith("code-image"))
                        .findAny()
                        .orElseThrow();
        lambda.artifacts()
                .put(
                        new ArtifactId(image),
                        new KeyRef(Installation.ACCOUNT.value(), "alias/aws/lambda"),
                        new ByteArrayInputStream(new byte[] {1, 2, 3}));
        VersionSnapshot.Code code = snapshot("hello").orElseThrow().code().orElseThrow();
        assertThatThrownBy(() -> read(code))
                .isInstanceOf(CorruptArtifactException.class)
                .hasMessageContaining("is not the one of that digest");
    }

    private static void read(VersionSnapshot.Code code) throws IOException {
        try (InputStream in = code.open()) {
            in.readAllBytes();
        }
    }

    @Test
    void theSameArchiveIsStoredOnce() {
        active();
        lambda.call(named("second").build(), CreateFunctionResponse.class);
        lambda.settled("second");
        assertThat(lambda.artifactNames()).hasSize(2);
        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        assertThat(lambda.artifactNames()).hasSize(2);
        lambda.call(DeleteFunctionRequest.builder().functionName("second").build(), SdkPojo.class);
        assertThat(lambda.artifactNames()).isEmpty();
    }

    @Test
    void artifactsThatNothingNeedsAreRemovedAtStartAndOthersLeftAlone() throws IOException {
        active();
        KeyRef key = new KeyRef(Installation.ACCOUNT.value(), "alias/aws/lambda");
        for (String id : List.of("code-zip-123456789012-" + "0".repeat(64), "logs-chunk-1")) {
            lambda.artifacts().put(new ArtifactId(id), key, new ByteArrayInputStream(new byte[10]));
        }
        lambda.restart();
        assertThat(lambda.artifactNames()).hasSize(3).contains("logs-chunk-1");
    }

    @Test
    void ofManyCreationsOfANameExactlyOneWins() throws Exception {
        int winners = race(8, _ -> create(UnaryOperator.identity()));
        assertThat(winners).isEqualTo(1);
        lambda.settled("hello");
        assertThat(lambda.artifactNames()).hasSize(2);
    }

    @Test
    void ofManyEditsOfARevisionExactlyOneWins() throws Exception {
        active();
        String revision = lambda.settled("hello").revisionId();
        int winners = race(8, i -> configure(c -> c.revisionId(revision).timeout(10 + i)));
        assertThat(winners).isEqualTo(1);
    }

    @Test
    void ofManyEditsDuringAPreparationExactlyOneWins() throws Exception {
        active();
        lambda.runtimes.hold();
        int winners =
                race(8, i -> upload(Zips.handler("version = " + i), UnaryOperator.identity()));
        assertThat(winners).isEqualTo(1);
        lambda.runtimes.release();
        lambda.settled("hello");
        Installation.until(() -> lambda.artifactNames().size() == 2);
    }

    @Test
    void publishingInParallelGivesOneVersion() throws Exception {
        active();
        AtomicInteger ones = new AtomicInteger();
        race(
                8,
                _ -> {
                    var version =
                            lambda.call(
                                    PublishVersionRequest.builder().functionName("hello").build(),
                                    software.amazon.awssdk.services.lambda.model
                                            .PublishVersionResponse.class);
                    if (version.version().equals("1")) {
                        ones.incrementAndGet();
                    }
                });
        assertThat(ones).hasValue(8);
    }

    /** Runs an edit many times at once; how many were not refused. */
    private static int race(int count, java.util.function.IntConsumer edit) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        AtomicInteger winners = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> edits = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                edits.add(
                        threads.submit(
                                () -> {
                                    start.await();
                                    try {
                                        edit.accept(number);
                                        winners.incrementAndGet();
                                    } catch (AwsError refused) {
                                        assertThat(refused.code())
                                                .isIn(
                                                        "ResourceConflictException",
                                                        "PreconditionFailedException");
                                    }
                                    return null;
                                }));
            }
            start.countDown();
            for (Future<?> done : edits) {
                done.get();
            }
        }
        return winners.get();
    }

    @Test
    void deletingDuringAPreparationLeavesNothing() {
        lambda.runtimes.hold();
        create(UnaryOperator.identity());
        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        lambda.call(
                hello().code(c -> c.zipFile(SdkBytes.fromByteArray(OTHER_ZIP))).build(),
                CreateFunctionResponse.class);
        lambda.runtimes.release();
        assertThat(lambda.settled("hello").codeSize()).isEqualTo(OTHER_ZIP.length);
        Installation.until(() -> lambda.artifactNames().size() == 2);
    }

    @Test
    void whatCannotBeStoredDidNotHappen() {
        active();
        GetFunctionConfigurationResponse before = lambda.settled("hello");
        for (Runnable edit :
                List.<Runnable>of(
                        () -> lambda.call(named("more").build(), SdkPojo.class),
                        () -> upload(OTHER_ZIP, u -> u.publish(true)),
                        () -> configure(c -> c.timeout(77)),
                        () ->
                                lambda.call(
                                        PublishVersionRequest.builder()
                                                .functionName("hello")
                                                .build(),
                                        SdkPojo.class),
                        () ->
                                lambda.call(
                                        DeleteFunctionRequest.builder()
                                                .functionName("hello")
                                                .build(),
                                        SdkPojo.class))) {
            lambda.database().failNext(1);
            assertThatThrownBy(edit::run).isInstanceOf(FaultyDatabase.FaultException.class);
            assertThat(lambda.settled("hello")).isEqualTo(before);
            assertThat(lambda.artifactNames()).hasSize(2);
        }
        lambda.restart();
        assertThat(lambda.settled("hello")).isEqualTo(before);
        assertThat(lambda.functions().versions()).hasSize(1);
    }

    @Test
    void aPreparationThatCannotBeStoredIsTriedAgain() {
        lambda.runtimes.hold();
        create(UnaryOperator.identity());
        lambda.database().failNext(2);
        lambda.runtimes.release();
        assertThat(lambda.settled("hello").stateAsString()).isEqualTo("Active");
        assertThat(lambda.database().failuresLeft()).isZero();
        assertThat(lambda.artifactNames()).hasSize(2);
    }

    @Test
    void everyAcknowledgedEditIsThereAfterStopsAtAnyMoment() {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            Map<String, Integer> timeouts = new TreeMap<>();
            for (int step = 0; step < 60; step++) {
                String name = "s" + seed + "f" + random.nextInt(4);
                edit(random, name, timeouts);
                if (random.nextInt(12) == 0) {
                    lambda.restart();
                    assertStored("seed " + seed + " step " + step, seed, timeouts);
                }
            }
            timeouts.keySet()
                    .forEach(
                            name ->
                                    assertThat(lambda.settled(name).stateAsString())
                                            .isEqualTo("Active"));
            timeouts.keySet()
                    .forEach(
                            name ->
                                    lambda.call(
                                            DeleteFunctionRequest.builder()
                                                    .functionName(name)
                                                    .build(),
                                            SdkPojo.class));
            Installation.until(() -> lambda.artifactNames().isEmpty());
        }
    }

    /** One random edit; what is acknowledged is noted. */
    private void edit(Random random, String name, Map<String, Integer> timeouts) {
        try {
            switch (random.nextInt(4)) {
                case 0 -> {
                    lambda.call(
                            named(name)
                                    .timeout(3)
                                    .code(
                                            c ->
                                                    c.zipFile(
                                                            SdkBytes.fromByteArray(
                                                                    Zips.handler(
                                                                            "x"
                                                                                    + random
                                                                                            .nextInt(
                                                                                                    3)))))
                                    .build(),
                            SdkPojo.class);
                    timeouts.put(name, 3);
                }
                case 1 -> {
                    int timeout = 1 + random.nextInt(900);
                    lambda.call(
                            UpdateFunctionConfigurationRequest.builder()
                                    .functionName(name)
                                    .timeout(timeout)
                                    .build(),
                            SdkPojo.class);
                    timeouts.put(name, timeout);
                }
                case 2 ->
                        lambda.call(
                                PublishVersionRequest.builder().functionName(name).build(),
                                SdkPojo.class);
                default -> {
                    if (random.nextInt(3) == 0) {
                        lambda.call(
                                DeleteFunctionRequest.builder().functionName(name).build(),
                                SdkPojo.class);
                        timeouts.remove(name);
                    }
                }
            }
        } catch (AwsError refused) {
            assertThat(refused.status()).isIn(404, 409);
        }
    }

    private void assertStored(String when, long seed, Map<String, Integer> timeouts) {
        for (int i = 0; i < 4; i++) {
            String name = "s" + seed + "f" + i;
            Optional<FunctionRecord> found =
                    lambda.functions()
                            .find(new FunctionKey(Installation.ACCOUNT, Installation.REGION, name));
            assertThat(found.map(f -> f.latest().content().timeoutSeconds()))
                    .as(when)
                    .isEqualTo(Optional.ofNullable(timeouts.get(name)));
        }
    }
}
