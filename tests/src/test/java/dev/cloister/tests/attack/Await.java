package dev.cloister.tests.attack;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what comes soon. */
final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMillis(10);

    private Await() {}

    /** Returns as soon as it holds; fails if it does not within 15 seconds. */
    static void until(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come about in " + LIMIT + ": " + what);
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(what, e);
            }
        }
    }
}
