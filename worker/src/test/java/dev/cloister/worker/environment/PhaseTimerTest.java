package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.runtimeapi.RuntimeSession;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PhaseTimerTest {
    private final ManualWorkerClock clock = new ManualWorkerClock();
    private final PhaseTimer timer = new PhaseTimer(clock);

    @Test
    void aPhaseThatTakesTooLongExpiresOnTheSpot() {
        RuntimeSession session = RuntimeSession.starting();
        timer.arm(session, session.beginTurn(), Duration.ofSeconds(1).toNanos());
        clock.advance(Duration.ofMillis(999));
        assertThat(session.alive()).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(session.alive()).isFalse();
    }

    @Test
    void anEarlierLimitAfterALaterOneIsKept() {
        RuntimeSession session = RuntimeSession.starting();
        timer.arm(session, session.beginTurn(), Duration.ofSeconds(10).toNanos());
        timer.disarm();
        timer.arm(session, session.beginTurn(), Duration.ofSeconds(2).toNanos());
        clock.advance(Duration.ofSeconds(2));
        assertThat(session.alive()).isFalse();
    }

    @Test
    void aThousandQuickPhasesSetOneTimerPerLimit() {
        RuntimeSession session = RuntimeSession.starting();
        for (int i = 0; i < 1_000; i++) {
            timer.arm(
                    session, session.beginTurn(), clock.nanos() + Duration.ofSeconds(3).toNanos());
            clock.advance(Duration.ofMillis(10));
            session.endTurn();
            timer.disarm();
        }
        assertThat(session.alive()).isTrue();
        assertThat(clock.scheduled()).isLessThanOrEqualTo(5);
    }

    /** Phases of random lengths and limits: exactly those that outlast their limit expire. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void exactlyThePhasesThatOutlastTheirLimitExpire(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            RuntimeSession session = RuntimeSession.starting();
            int limit = 1 + random.nextInt(20);
            int length = random.nextInt(25);
            long turn = session.beginTurn();
            timer.arm(session, turn, clock.nanos() + Duration.ofMillis(limit).toNanos());
            clock.advance(Duration.ofMillis(length));
            assertThat(session.alive())
                    .as("seed %d step %d: %d ms of %d", seed, i, length, limit)
                    .isEqualTo(length < limit);
            session.endTurn();
            timer.disarm();
            clock.advance(Duration.ofMillis(random.nextInt(30)));
            assertThat(session.alive()).isEqualTo(length < limit);
        }
    }
}
