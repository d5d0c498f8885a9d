package dev.cloister.tests.attack;

import dev.cloister.tests.product.Eventually;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what comes soon. */
final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Await() {}

    /** Returns as soon as it holds; fails if it does not within 15 seconds. */
    static void until(String what, BooleanSupplier holds) {
        Eventually.holds(what, LIMIT, holds);
    }
}
