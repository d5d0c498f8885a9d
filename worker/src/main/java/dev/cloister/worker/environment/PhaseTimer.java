package dev.cloister.worker.environment;

import dev.cloister.worker.runtimeapi.RuntimeSession;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time limit of an environment's current phase. Thread-safe.
 *
 * <p>Arming costs nothing when a timer is running already that ends no later: it is set anew when
 * it ends. A busy environment so sets one timer per time limit, not one per invocation.
 */
final class PhaseTimer {
    private final WorkerClock clock;

    // guarded by this
    private @Nullable Phase current;
    private long scheduledNanos = Long.MAX_VALUE;
    private boolean scheduled;
    private Runnable cancel = () -> {};

    PhaseTimer(WorkerClock clock) {
        this.clock = clock;
    }

    private record Phase(RuntimeSession session, long turn, long deadlineNanos) {}

    /** Expires {@code turn} of {@code session} when the clock has reached {@code deadlineNanos}. */
    synchronized void arm(RuntimeSession session, long turn, long deadlineNanos) {
        current = new Phase(session, turn, deadlineNanos);
        if (!scheduled || scheduledNanos - deadlineNanos > 0) {
            cancel.run();
            schedule(deadlineNanos);
        }
    }

    synchronized void disarm() {
        current = null;
    }

    /** Drops the timer too: nothing is armed any more. */
    synchronized void close() {
        current = null;
        cancel.run();
    }

    private void schedule(long deadlineNanos) {
        scheduled = true;
        scheduledNanos = deadlineNanos;
        long delay = Math.max(0, deadlineNanos - clock.nanos());
        cancel = clock.after(Duration.ofNanos(delay), this::due);
    }

    private void due() {
        Phase expired;
        synchronized (this) {
            scheduled = false;
            expired = current;
            if (expired == null) {
                return;
            }
            if (expired.deadlineNanos - clock.nanos() > 0) {
                schedule(expired.deadlineNanos);
                return;
            }
            current = null;
        }
        expired.session.expire(expired.turn);
    }
}
