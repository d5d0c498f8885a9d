package dev.cloister.server.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.Region;
import dev.cloister.runtimes.ImageTrial;
import dev.cloister.runtimes.PackageChange;
import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImageException;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.runtimes.RuntimeLifecycles;
import dev.cloister.runtimes.RuntimeUpdates;
import dev.cloister.runtimes.RuntimeVersion;
import dev.cloister.runtimes.StandardRuntimeCatalog;
import dev.cloister.runtimes.UpdateOutcome;
import dev.cloister.server.admin.AdminRefusedException;
import dev.cloister.server.runtimes.RuntimeCare.OldVersions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RuntimeCareTest {
    private static final RuntimeCatalog CATALOG = new StandardRuntimeCatalog();

    private final Shelf shelf = new Shelf();
    private final List<String> rolledOut = Collections.synchronizedList(new ArrayList<>());
    private RuntimeCare care = care(OldVersions.REMOVED);

    private RuntimeCare care(OldVersions oldVersions) {
        return new RuntimeCare(
                shelf,
                shelf,
                runtime -> {
                    rolledOut.add(runtime);
                    return 3;
                },
                List::of,
                new RuntimeReports(
                        CATALOG,
                        shelf,
                        shelf,
                        RuntimeLifecycles.ofAws(),
                        new Region("us-east-1"),
                        List::of),
                (_, _) -> List.of(),
                oldVersions,
                Instant::now);
    }

    @AfterEach
    void close() {
        care.close();
    }

    /** Python 3.13 and Java 25 with a version each, and the next update's outcome. */
    private static final class Shelf implements RuntimeImages, RuntimeUpdates {
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile boolean rejects;
        private volatile boolean held;
        private final AtomicInteger updates = new AtomicInteger();
        private final List<String> cleaned = Collections.synchronizedList(new ArrayList<>());

        static RuntimeImage image(String runtime, int number) {
            return new RuntimeImage(
                    CATALOG.find(runtime).orElseThrow(),
                    runtime + ".v" + number,
                    "%064x".formatted(number),
                    Path.of("/nowhere"),
                    List.of(),
                    Map.of(),
                    false);
        }

        @Override
        public RuntimeImage ensure(String identifier, Consumer<String> progress) {
            return find(identifier).orElseThrow();
        }

        @Override
        public Optional<RuntimeImage> find(String identifier) {
            return List.of("python3.13", "java25").contains(identifier)
                    ? Optional.of(image(identifier, 1))
                    : Optional.empty();
        }

        @Override
        public List<RuntimeImage> built() {
            return List.of(image("python3.13", 1), image("java25", 1));
        }

        @Override
        public List<RuntimeVersion> versions(String identifier) {
            return built(identifier).stream()
                    .map(image -> new RuntimeVersion(image, Instant.EPOCH, 1, Map.of("deb:a", "1")))
                    .toList();
        }

        @Override
        public List<PackageChange> available(String identifier, Consumer<String> progress) {
            return List.of();
        }

        @Override
        public UpdateOutcome update(
                String identifier, When when, ImageTrial trial, Consumer<String> progress) {
            progress.accept("updating " + identifier);
            updates.incrementAndGet();
            try {
                if (held) {
                    gate.await();
                }
            } catch (InterruptedException e) {
                throw new RuntimeImageException("interrupted", e);
            }
            if (identifier.equals("java25")) {
                throw new RuntimeImageException("no mirror answers");
            }
            if (when == When.PACKAGES_CHANGED) {
                return new UpdateOutcome.Current(image(identifier, 1));
            }
            return rejects
                    ? new UpdateOutcome.Rejected(
                            identifier + ".v2", List.of("hello: it said no"), find(identifier))
                    : new UpdateOutcome.Released(
                            image(identifier, 2),
                            find(identifier),
                            List.of(
                                    new PackageChange(
                                            "deb:a", Optional.of("1"), Optional.of("2"))));
        }

        @Override
        public List<String> removeUnused(String identifier, Predicate<String> used) {
            cleaned.add(identifier);
            return List.of(identifier + ".v0");
        }
    }

    private Object call(String command, Map<String, String> arguments) {
        return Objects.requireNonNull(care.commands().get(command)).answer(arguments);
    }

    private UpdateProgress.View update(Map<String, String> arguments) {
        UpdateProgress.View view = (UpdateProgress.View) call("runtimes-update", arguments);
        while (!view.done()) {
            LockSupport.parkNanos(1_000_000);
            view = (UpdateProgress.View) call("runtimes-progress", Map.of());
        }
        return view;
    }

    @Test
    void aReleasedVersionIsRolledOutAndOldOnesGo() {
        UpdateResult result =
                update(Map.of("runtimes", "python3.13", "force", "yes")).results().getFirst();
        assertThat(result.outcome()).isEqualTo("released");
        assertThat(result.version()).isEqualTo("python3.13.v2");
        assertThat(result.changes()).containsExactly("deb:a 1 -> 2");
        assertThat(result.moved()).isEqualTo(3);
        assertThat(result.removed()).containsExactly("python3.13.v0");
        assertThat(rolledOut).containsExactly("python3.13");
    }

    @Test
    void aRejectedVersionIsNotRolledOutAndTheReasonIsTold() {
        shelf.rejects = true;
        UpdateResult result =
                update(Map.of("runtimes", "python3.13", "force", "yes")).results().getFirst();
        assertThat(result.outcome()).isEqualTo("rejected");
        assertThat(result.version()).isEqualTo("python3.13.v1");
        assertThat(result.reasons()).containsExactly("hello: it said no");
        assertThat(rolledOut).isEmpty();
        assertThat(shelf.cleaned).isEmpty();
    }

    @Test
    void whatHasBeenBuiltIsUpdatedAndOneFailureStopsNoOther() {
        List<UpdateResult> results = update(Map.of()).results();
        assertThat(results)
                .extracting(UpdateResult::runtime, UpdateResult::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("python3.13", "current"),
                        org.assertj.core.groups.Tuple.tuple("java25", "failed"));
        assertThat(results.getLast().reasons()).containsExactly("no mirror answers");
        assertThat(results.getLast().version()).isEqualTo("java25.v1");
    }

    @Test
    void theScheduleUpdatesWhatHasBeenBuiltAgainAndAgain() {
        care.updateEvery(Duration.ofMillis(5));
        for (int round = 0; round < 2; round++) {
            int before = shelf.updates.get();
            while (shelf.updates.get() < before + 2) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        UpdateProgress.View view = (UpdateProgress.View) call("runtimes-progress", Map.of());
        while (!view.done()) {
            LockSupport.parkNanos(1_000_000);
            view = (UpdateProgress.View) call("runtimes-progress", Map.of());
        }
        assertThat(view.results())
                .extracting(UpdateResult::runtime)
                .containsExactly("python3.13", "java25");
    }

    @Test
    void versionsInASharedFolderStay() {
        care.close();
        care = care(OldVersions.KEPT);
        UpdateResult result =
                update(Map.of("runtimes", "python3.13", "force", "yes")).results().getFirst();
        assertThat(result.removed()).isEmpty();
        assertThat(shelf.cleaned).isEmpty();
    }

    @Test
    void refusesASecondUpdateAndWhatItDoesNotKnow() {
        shelf.held = true;
        call("runtimes-update", Map.of());
        assertThatThrownBy(() -> call("runtimes-update", Map.of()))
                .isInstanceOf(AdminRefusedException.class)
                .hasMessageContaining("under way");
        shelf.gate.countDown();
        assertThatThrownBy(() -> call("runtimes-progress", Map.of("from", "-1")))
                .isInstanceOf(AdminRefusedException.class);
    }

    @Test
    void refusesARuntimeThatIsNotHere() {
        assertThatThrownBy(() -> call("runtimes-update", Map.of("runtimes", "dotnet8")))
                .isInstanceOf(AdminRefusedException.class)
                .hasMessageContaining("no runtime 'dotnet8'; it has nodejs22.x");
    }

    @Test
    void listsPackagesOnRequestOnly() {
        assertThat(call("runtimes-list", Map.of()).toString()).doesNotContain("deb:a");
        assertThat(call("runtimes-list", Map.of("packages", "yes")).toString()).contains("deb:a");
    }
}
