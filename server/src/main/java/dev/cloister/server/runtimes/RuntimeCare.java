package dev.cloister.server.runtimes;

import dev.cloister.functions.RuntimeManagement.Use;
import dev.cloister.runtimes.ImageTrial;
import dev.cloister.runtimes.PackageChange;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImageException;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.runtimes.RuntimeUpdates;
import dev.cloister.runtimes.RuntimeUpdates.When;
import dev.cloister.runtimes.UpdateOutcome;
import dev.cloister.server.admin.AdminCommand;
import dev.cloister.server.admin.AdminRefusedException;
import dev.cloister.server.runtimes.RuntimeReports.Detail;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Updates runtimes and answers for them on the admin socket. Thread-safe; one update at a time.
 * Closing interrupts an update under way, which leaves everything as it was, and waits for it.
 */
public final class RuntimeCare implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeCare.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

    private final RuntimeImages images;
    private final RuntimeUpdates updates;
    private final ToIntFunction<String> rollOut;
    private final Supplier<List<Use>> uses;
    private final RuntimeReports reports;
    private final ImageTrial trial;
    private final OldVersions oldVersions;
    private final InstantSource clock;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
    private UpdateProgress progress = new UpdateProgress(); // guarded by this

    /** What becomes of versions that no function of this installation uses. */
    public enum OldVersions {
        REMOVED,

        /** Other installations share the folder, and may use them. */
        KEPT
    }

    /**
     * @param rollOut lets functions run a runtime's newest version; answers how many did not before
     * @param uses every version of every function, with what it runs
     */
    public RuntimeCare(
            RuntimeImages images,
            RuntimeUpdates updates,
            ToIntFunction<String> rollOut,
            Supplier<List<Use>> uses,
            RuntimeReports reports,
            ImageTrial trial,
            OldVersions oldVersions,
            InstantSource clock) {
        this.images = images;
        this.updates = updates;
        this.rollOut = rollOut;
        this.uses = uses;
        this.reports = reports;
        this.trial = trial;
        this.oldVersions = oldVersions;
        this.clock = clock;
        progress.end();
    }

    /** The commands by name. */
    public Map<String, AdminCommand> commands() {
        return Map.of(
                "runtimes-list",
                arguments ->
                        reports.list(
                                arguments.containsKey("packages")
                                        ? Detail.PACKAGES
                                        : Detail.VERSIONS,
                                clock.instant()),
                "runtimes-notices",
                _ -> reports.notices(clock.instant()),
                "runtimes-update",
                this::start,
                "runtimes-progress",
                arguments -> progress(arguments.getOrDefault("from", "0")));
    }

    /**
     * Updates every runtime that has been built, again and again; one that a command started is not
     * waited for. Call it once.
     */
    public void updateEvery(Duration period) {
        var _ =
                schedule.scheduleWithFixedDelay(
                        this::updateOnSchedule,
                        period.toMillis(),
                        period.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void updateOnSchedule() {
        try {
            UpdateProgress.View begun = start(Map.of());
            LOG.info("Looking for newer packages of runtimes; done: {}", begun.done());
            RuntimeNotices notices = reports.notices(clock.instant());
            notices.withdrawals()
                    .forEach(
                            of ->
                                    LOG.warn(
                                            "The runtime {} of {} versions of functions: {};"
                                                    + " 'cloister runtimes notices' has the dates",
                                            of.runtime(),
                                            of.functions().size(),
                                            of.phase()));
            notices.held()
                    .forEach(
                            of ->
                                    LOG.info(
                                            "{} keeps {} ({}); the newest is {}",
                                            of.function(),
                                            of.runs(),
                                            of.updateRuntimeOn(),
                                            of.newest()));
        } catch (AdminRefusedException e) {
            LOG.info("No update of runtimes by the schedule: {}", e.getMessage());
        } catch (RuntimeException e) {
            // Another turn comes; one that threw would be the last.
            LOG.error("The scheduled update of runtimes failed", e);
        }
    }

    private synchronized UpdateProgress.View start(Map<String, String> arguments) {
        if (!progress.isDone()) {
            throw new AdminRefusedException("an update of runtimes is under way already");
        }
        List<String> runtimes = runtimes(arguments.getOrDefault("runtimes", ""));
        When when = arguments.containsKey("force") ? When.ALWAYS : When.PACKAGES_CHANGED;
        UpdateProgress begun = new UpdateProgress();
        progress = begun;
        thread.execute(() -> updateAll(runtimes, when, begun));
        return begun.from(0);
    }

    private synchronized UpdateProgress.View progress(String from) {
        if (!from.matches("[0-9]{1,9}")) {
            throw new AdminRefusedException("from is the number of a line, not '" + from + "'");
        }
        return progress.from(Integer.parseInt(from));
    }

    /** The named ones, or all that have been built. */
    private List<String> runtimes(String given) {
        List<String> known =
                reports.list(Detail.VERSIONS, clock.instant()).stream()
                        .map(RuntimeReport::runtime)
                        .toList();
        if (given.isEmpty()) {
            return known.stream().filter(runtime -> images.find(runtime).isPresent()).toList();
        }
        List<String> named = Arrays.asList(given.split(",", -1));
        named.stream()
                .filter(runtime -> !known.contains(runtime))
                .findFirst()
                .ifPresent(
                        unknown -> {
                            throw new AdminRefusedException(
                                    "this installation has no runtime '"
                                            + unknown
                                            + "'; it has "
                                            + String.join(", ", known));
                        });
        return named;
    }

    private void updateAll(List<String> runtimes, When when, UpdateProgress begun) {
        try {
            for (String runtime : runtimes) {
                begun.result(update(runtime, when, begun));
            }
        } finally {
            begun.end();
        }
    }

    private UpdateResult update(String runtime, When when, UpdateProgress begun) {
        try {
            UpdateOutcome outcome = updates.update(runtime, when, trial, begun::line);
            UpdateResult result = apply(runtime, outcome, begun);
            LOG.info("Update of {}: {}", runtime, result);
            return result;
        } catch (RuntimeImageException e) {
            LOG.warn("The update of {} failed", runtime, e);
            return failed(runtime, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("The update of {} failed", runtime, e);
            return failed(runtime, e.toString());
        }
    }

    private UpdateResult apply(String runtime, UpdateOutcome outcome, UpdateProgress begun) {
        return switch (outcome) {
            case UpdateOutcome.Current(RuntimeImage image) ->
                    result(runtime, "current", image.version(), List.of());
            case UpdateOutcome.Rejected(var version, var failures, var stays) -> {
                begun.line(version + " failed its trial and is not used");
                yield result(
                        runtime,
                        "rejected",
                        stays.map(RuntimeImage::version).orElse("-"),
                        failures);
            }
            case UpdateOutcome.Released released -> rollOut(runtime, released, begun);
        };
    }

    private UpdateResult rollOut(
            String runtime, UpdateOutcome.Released released, UpdateProgress begun) {
        String version = released.image().version();
        int moved = rollOut.applyAsInt(runtime);
        begun.line(version + ": rolled out to " + moved + " versions of functions");
        List<String> removed =
                switch (oldVersions) {
                    case REMOVED -> updates.removeUnused(runtime, this::isUsed);
                    case KEPT -> List.of();
                };
        return new UpdateResult(
                runtime,
                "released",
                version,
                List.of(),
                released.before().isPresent()
                        ? released.changes().stream().map(PackageChange::toString).toList()
                        : List.of(),
                moved,
                removed);
    }

    private boolean isUsed(String sha) {
        return uses.get().stream()
                .map(Use::image)
                .flatMap(Optional::stream)
                .anyMatch(image -> image.versionSha().equals(sha));
    }

    private UpdateResult failed(String runtime, String reason) {
        String stays = images.find(runtime).map(RuntimeImage::version).orElse("-");
        return result(runtime, "failed", stays, List.of(reason));
    }

    private static UpdateResult result(
            String runtime, String outcome, String version, List<String> reasons) {
        return new UpdateResult(runtime, outcome, version, reasons, List.of(), 0, List.of());
    }

    @Override
    public void close() {
        schedule.shutdownNow();
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the update of runtimes did not stop within {}", CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
