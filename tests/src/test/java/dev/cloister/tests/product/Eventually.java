package dev.cloister.tests.product;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what comes about without anybody saying so, and no longer than it takes. */
public final class Eventually {
    private static final Duration STEP = Duration.ofMillis(10);

    private Eventually() {}

    /** Returns as soon as it holds; fails if it does not within the limit. */
    public static void holds(String what, Duration limit, BooleanSupplier condition) {
        get(
                what,
                limit,
                () -> condition.getAsBoolean() ? Optional.of(what) : Optional.<String>empty());
    }

    /** What there is as soon as there is something; fails if there is nothing within the limit. */
    public static <T> T get(String what, Duration limit, Supplier<Optional<T>> attempt) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> found = attempt.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come about in " + limit + ": " + what);
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
