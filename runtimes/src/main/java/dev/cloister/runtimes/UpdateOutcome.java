package dev.cloister.runtimes;

import java.util.List;
import java.util.Optional;

/** How an update of a runtime ended. */
public sealed interface UpdateOutcome {

    /** Every package is the newest that its sources offer: nothing was built. */
    record Current(RuntimeImage image) implements UpdateOutcome {}

    /**
     * The new version failed its trial and is gone; what was there stays.
     *
     * @param version of the one that failed, for example {@code python:3.13.v3}
     * @param stays what goes on being used, if there was one
     */
    record Rejected(String version, List<String> failures, Optional<RuntimeImage> stays)
            implements UpdateOutcome {
        public Rejected {
            failures = List.copyOf(failures);
        }
    }

    /**
     * A new version is there.
     *
     * @param before what was current until now
     * @param changes the packages that differ between the two
     */
    record Released(RuntimeImage image, Optional<RuntimeImage> before, List<PackageChange> changes)
            implements UpdateOutcome {
        public Released {
            changes = List.copyOf(changes);
        }
    }
}
