package dev.cloister.worker.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.RuntimeSession.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The state machine under random interleavings of an owner and several connections of a runtime
 * that keeps to nothing. Whatever they do: each invocation has one answer, and it is its own.
 */
final class RuntimeSessionPropertyTest {
    private static final int INVOCATIONS = 2_000;
    private static final int CONNECTIONS = 3;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @Timeout(60)
    void eachInvocationHasItsOwnAnswerWhateverTheRuntimeDoes(long seed) throws Exception {
        RuntimeSession session = RuntimeSession.starting();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger accepted = new AtomicInteger();
        BlockingQueue<String> delivered = new ArrayBlockingQueue<>(INVOCATIONS);
        List<Thread> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Random random = new Random(seed * 31 + i);
            connections.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        HostilePoll poll = new HostilePoll(random, delivered);
                                        while (!over.get()) {
                                            step(session, poll, random, delivered, accepted);
                                        }
                                    }));
        }
        int answered = 0;
        Random random = new Random(seed);
        for (int i = 0; i < INVOCATIONS; i++) {
            String id = "invocation-" + i;
            long turn = session.beginTurn();
            RuntimeAnswer answer = session.invoke(event(id));
            session.endTurn();
            assertThat(answer).isEqualTo(new RuntimeAnswer.Response(Payload.ofUtf8(id)));
            answered++;
            if (random.nextInt(4) == 0) {
                // a timer that comes too late must not harm the session
                session.expire(turn);
            }
        }
        over.set(true);
        for (Thread connection : connections) {
            connection.join();
        }
        assertThat(session.alive()).as("seed %d", seed).isTrue();
        assertThat(accepted.get()).as("seed %d", seed).isEqualTo(answered);
    }

    private static void step(
            RuntimeSession session,
            HostilePoll poll,
            Random random,
            BlockingQueue<String> delivered,
            AtomicInteger accepted) {
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                var _ = session.next(poll);
            }
            case 2 -> session.closed(poll);
            case 3 -> assertThat(session.claim("unknown")).isEqualTo(Verdict.INVALID_REQUEST_ID);
            case 4 -> {
                // out of turn, and for an invocation of long ago
                assertThat(session.assignment(poll)).isEqualTo(Verdict.NOT_ALLOWED);
            }
            default -> {
                String id = delivered.peek();
                if (id == null) {
                    Thread.onSpinWait();
                } else if (session.claim(id) == Verdict.ALLOWED) {
                    answerOrAbandon(session, random, delivered, accepted, id);
                }
            }
        }
    }

    private static void answerOrAbandon(
            RuntimeSession session,
            Random random,
            BlockingQueue<String> delivered,
            AtomicInteger accepted,
            String id) {
        if (random.nextInt(3) == 0) {
            session.abandon();
            return;
        }
        delivered.poll();
        accepted.incrementAndGet();
        RuntimeAnswer answer = new RuntimeAnswer.Response(Payload.ofUtf8(id));
        assertThat(session.complete(answer)).isEqualTo(Verdict.ALLOWED);
    }

    private static RuntimeEvent event(String id) {
        return new RuntimeEvent(id, 0, "arn", "", "", "", Payload.ofUtf8("{}"));
    }

    /** Takes an event, or breaks before that. */
    private record HostilePoll(Random random, BlockingQueue<String> delivered) implements LongPoll {
        @Override
        public boolean deliver(RuntimeEvent event) {
            if (random.nextInt(5) == 0) {
                return false;
            }
            return delivered.add(event.requestId());
        }

        @Override
        public boolean deliverAssignment(Payload assignment) {
            return false;
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
