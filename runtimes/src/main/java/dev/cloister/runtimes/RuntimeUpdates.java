package dev.cloister.runtimes;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Brings runtimes up to date. Thread-safe; of two that work on one runtime the second waits, in
 * another process too. A kill at any moment leaves the versions as they were or with a whole new
 * one.
 */
public interface RuntimeUpdates {

    /** Every version of a runtime that may be used, oldest first. */
    List<RuntimeVersion> versions(String identifier);

    /**
     * The packages of which the current image has not what its sources offer now; empty if there is
     * no image yet.
     *
     * @throws RuntimeImageException if the sources can't be asked
     */
    List<PackageChange> available(String identifier, Consumer<String> progress);

    /**
     * Builds a new version if there are newer packages, or in any case; tries it; makes it the
     * current one if nothing failed.
     *
     * @throws RuntimeImageException if it can't be built; what was there stays
     */
    UpdateOutcome update(String identifier, When when, ImageTrial trial, Consumer<String> progress);

    /**
     * Removes old versions that are not used: never the current one, nor the one before it, which
     * is what a rollback needs.
     *
     * @param used whether the version with this {@link RuntimeImage#versionSha} must stay
     * @return the names of those that were removed
     */
    List<String> removeUnused(String identifier, Predicate<String> used);

    /** When an update builds. */
    enum When {
        PACKAGES_CHANGED,
        ALWAYS
    }
}
