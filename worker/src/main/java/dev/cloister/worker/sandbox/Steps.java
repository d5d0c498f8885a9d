package dev.cloister.worker.sandbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs steps of a clean-up, all of them. */
final class Steps {
    private Steps() {}

    /** Runs every step; then throws what the first failure threw, the others suppressed in it. */
    static void all(List<Runnable> steps) {
        @Nullable RuntimeException first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
