package dev.cloister.server.runtimes;

import dev.cloister.api.Region;
import dev.cloister.functions.RuntimeManagement;
import dev.cloister.functions.RuntimeManagement.Use;
import dev.cloister.functions.RuntimePolicy;
import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.runtimes.RuntimeLifecycle;
import dev.cloister.runtimes.RuntimeLifecycle.Phase;
import dev.cloister.runtimes.RuntimeLifecycles;
import dev.cloister.runtimes.RuntimeUpdates;
import dev.cloister.runtimes.RuntimeVersion;
import dev.cloister.server.runtimes.RuntimeNotices.Held;
import dev.cloister.server.runtimes.RuntimeNotices.Withdrawal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells what there is. Thread-safe.
 *
 * <p>AWS gives notice at least 180 days before a deprecation ("Lambda runtimes", section "Runtime
 * deprecation policy"); so do these notices.
 */
public final class RuntimeReports {
    private static final Duration NOTICE = Duration.ofDays(180);

    private final RuntimeCatalog catalog;
    private final RuntimeImages images;
    private final RuntimeUpdates updates;
    private final RuntimeLifecycles lifecycles;
    private final Region region;
    private final Supplier<List<Use>> uses;

    /**
     * @param region of the ARNs that are shown
     * @param uses every version of every function
     */
    public RuntimeReports(
            RuntimeCatalog catalog,
            RuntimeImages images,
            RuntimeUpdates updates,
            RuntimeLifecycles lifecycles,
            Region region,
            Supplier<List<Use>> uses) {
        this.catalog = catalog;
        this.images = images;
        this.updates = updates;
        this.lifecycles = lifecycles;
        this.region = region;
        this.uses = uses;
    }

    /** How much a list tells. */
    public enum Detail {
        VERSIONS,
        PACKAGES
    }

    /** Every runtime that this installation can build, with the versions that it has. */
    public List<RuntimeReport> list(Detail detail, Instant now) {
        List<Use> all = uses.get();
        return catalog.all().stream().map(runtime -> report(runtime, detail, all, now)).toList();
    }

    private RuntimeReport report(
            ManagedRuntime runtime, Detail detail, List<Use> all, Instant now) {
        Optional<RuntimeImage> newest = images.find(runtime.identifier());
        Optional<RuntimeLifecycle> lifecycle = lifecycles.find(runtime.identifier());
        return new RuntimeReport(
                runtime.identifier(),
                lifecycle.map(l -> l.phase(now)).orElse(Phase.SUPPORTED).name(),
                lifecycle.flatMap(RuntimeLifecycle::deprecation).map(Object::toString),
                updates.versions(runtime.identifier()).stream()
                        .map(version -> version(version, newest, detail, all))
                        .toList());
    }

    private RuntimeReport.Version version(
            RuntimeVersion version, Optional<RuntimeImage> newest, Detail detail, List<Use> all) {
        RuntimeImage image = version.image();
        return new RuntimeReport.Version(
                image.version(),
                RuntimeManagement.arn(region, image.versionSha()),
                version.built(),
                version.bytes(),
                newest.equals(Optional.of(image)),
                all.stream()
                        .filter(use -> use.image().equals(Optional.of(image)))
                        .map(RuntimeReports::arn)
                        .sorted()
                        .toList(),
                switch (detail) {
                    case VERSIONS -> Map.of();
                    case PACKAGES -> version.packages();
                });
    }

    /** Who has to act, or will have to. */
    public RuntimeNotices notices(Instant now) {
        List<Use> all = uses.get();
        List<Withdrawal> withdrawals =
                lifecycles.all().stream()
                        .filter(lifecycle -> isNear(lifecycle, now))
                        .map(lifecycle -> withdrawal(lifecycle, all, now))
                        .filter(withdrawal -> !withdrawal.functions().isEmpty())
                        .toList();
        List<Held> held =
                all.stream()
                        .filter(use -> !(use.policy() instanceof RuntimePolicy.Auto))
                        .map(this::held)
                        .toList();
        return new RuntimeNotices(withdrawals, held);
    }

    private static boolean isNear(RuntimeLifecycle lifecycle, Instant now) {
        return lifecycle
                .deprecation()
                .map(RuntimeLifecycle::startOf)
                .filter(start -> !start.isAfter(now.plus(NOTICE)))
                .isPresent();
    }

    private static Withdrawal withdrawal(RuntimeLifecycle lifecycle, List<Use> all, Instant now) {
        return new Withdrawal(
                lifecycle.identifier(),
                lifecycle.phase(now).name(),
                lifecycle.deprecation().map(Object::toString),
                lifecycle.blockCreate().map(Object::toString),
                lifecycle.blockUpdate().map(Object::toString),
                all.stream()
                        .filter(use -> use.runtime().equals(lifecycle.identifier()))
                        .map(RuntimeReports::arn)
                        .sorted()
                        .toList());
    }

    private Held held(Use use) {
        List<RuntimeVersion> versions = updates.versions(use.runtime());
        List<RuntimeImage> all = versions.stream().map(RuntimeVersion::image).toList();
        Optional<RuntimeImage> newest = images.find(use.runtime());
        int at = use.image().map(all::indexOf).orElse(-1);
        int last = newest.map(all::indexOf).orElse(-1);
        boolean behind = at >= 0 && last > at;
        return new Held(
                arn(use),
                use.policy().shown(),
                use.image().map(RuntimeImage::version).orElse("-"),
                newest.map(RuntimeImage::version).orElse("-"),
                behind ? last - at : 0,
                behind
                        ? Duration.between(versions.get(at).built(), versions.get(last).built())
                                .toDays()
                        : 0);
    }

    private static String arn(Use use) {
        return use.key().arn(use.version());
    }
}
