package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.Readiness.InitError;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The meeting point of one runtime process and its environment, and the state machine of the
 * Runtime API. Lives as long as the process; a restarted runtime gets a new one. Thread-safe, with
 * one rule: at most one thread at a time waits in {@link #awaitReady}, {@link #invoke} or {@link
 * #awaitPrepared}, the one that owns the environment.
 *
 * <p>The warm path has one hand-off: the owner writes the event straight to the connection that
 * waits in {@code /next}, whose own thread is blocked in reading the request that follows; that
 * thread wakes the owner with the answer.
 */
public final class RuntimeSession {

    private final Object lock = new Object();

    // guarded by lock
    private Phase phase;
    private @Nullable LongPoll nextPoller;
    private @Nullable LongPoll delivering;
    private @Nullable LongPoll assignmentPoller;
    private @Nullable SessionEnd end;
    private @Nullable InitError initError;
    private String requestId = "";
    private @Nullable RuntimeAnswer answer;
    private @Nullable Thread waiter;
    private long turn;

    private RuntimeSession(Phase phase) {
        this.phase = phase;
    }

    /** The session of a runtime that starts with its function's environment. */
    public static RuntimeSession starting() {
        return new RuntimeSession(Phase.STARTED);
    }

    /** The session of a runtime that starts without a function and asks for its assignment. */
    public static RuntimeSession preparing() {
        return new RuntimeSession(Phase.PREPARING);
    }

    // ---- the environment's side

    /** Begins a phase with a time limit; the number that is returned ends it in {@link #expire}. */
    public long beginTurn() {
        synchronized (lock) {
            return ++turn;
        }
    }

    /** Ends the phase: its time limit means nothing any more. */
    public void endTurn() {
        synchronized (lock) {
            turn++;
        }
    }

    /** Ends the session as timed out, if the phase of that number is still under way. */
    public void expire(long ofTurn) {
        end(new SessionEnd.TimedOut(), ofTurn);
    }

    /** Ends the session; the first end is the one that counts. */
    public void end(SessionEnd why) {
        end(why, -1);
    }

    private void end(SessionEnd why, long onlyInTurn) {
        LongPoll blocked;
        Thread waiting;
        synchronized (lock) {
            boolean late = onlyInTurn >= 0 && (onlyInTurn != turn || answer != null);
            if (end != null || late) {
                return;
            }
            end = why;
            phase = Phase.ENDED;
            // the poll stays open: a runtime that is asked to end should not see a network error
            blocked = delivering;
            waiting = takeWaiter();
        }
        if (blocked != null) {
            // its runtime may never read; the owner must not wait for that
            blocked.close();
        }
        LockSupport.unpark(waiting);
    }

    /** Whether the process behind this session can still take events. */
    public boolean alive() {
        synchronized (lock) {
            return end == null && phase != Phase.INIT_ERROR;
        }
    }

    /** Whether the runtime waits in {@code /next}: nothing of an invocation runs any more. */
    public boolean waitsForEvent() {
        synchronized (lock) {
            return phase == Phase.READY && nextPoller != null;
        }
    }

    /** Waits until the runtime asks for its first event, fails, or the session ends. */
    public Readiness awaitReady() {
        boolean interrupted = false;
        try {
            while (true) {
                synchronized (lock) {
                    if (initError != null) {
                        return initError;
                    }
                    if (end != null) {
                        return new Readiness.Ended(end);
                    }
                    if (phase == Phase.READY && nextPoller != null) {
                        return new Readiness.Ready();
                    }
                    waiter = Thread.currentThread();
                }
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    /**
     * Gives the runtime an event as soon as it asks for one, and returns its answer. An interrupt
     * does not end the wait: {@link #end} and {@link #expire} do.
     */
    public RuntimeAnswer invoke(RuntimeEvent event) {
        boolean interrupted = false;
        boolean delivered = false;
        try {
            while (true) {
                LongPoll target = null;
                synchronized (lock) {
                    if (answer != null) {
                        RuntimeAnswer given = answer;
                        answer = null;
                        return given;
                    }
                    if (end != null) {
                        return new RuntimeAnswer.Ended(end, delivered);
                    }
                    if (phase == Phase.READY && nextPoller != null) {
                        target = nextPoller;
                        nextPoller = null;
                        requestId = event.requestId();
                        phase = Phase.RUNNING;
                        delivering = target;
                    } else {
                        waiter = Thread.currentThread();
                    }
                }
                if (target == null) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                } else {
                    delivered = target.deliver(event);
                    written(event, delivered);
                }
            }
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    private void written(RuntimeEvent event, boolean completely) {
        synchronized (lock) {
            delivering = null;
            if (!completely && phase == Phase.RUNNING && requestId.equals(event.requestId())) {
                // the connection broke before it took the whole event: the runtime has to ask again
                phase = Phase.READY;
                requestId = "";
            }
        }
    }

    /**
     * Waits until a prepared runtime asks for its assignment.
     *
     * @return false if the session ended first
     */
    public boolean awaitPrepared() {
        boolean interrupted = false;
        try {
            while (true) {
                synchronized (lock) {
                    if (end != null) {
                        return false;
                    }
                    if (assignmentPoller != null) {
                        return true;
                    }
                    waiter = Thread.currentThread();
                }
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    /**
     * Answers the assignment; from here on this is a session like any other.
     *
     * @param assignment the JSON document; it holds secrets
     * @return false if the runtime does not wait for it any more
     */
    public boolean assign(Payload assignment) {
        LongPoll target;
        synchronized (lock) {
            if (end != null || assignmentPoller == null) {
                return false;
            }
            target = assignmentPoller;
            assignmentPoller = null;
            phase = Phase.STARTED;
        }
        return target.deliverAssignment(assignment);
    }

    // ---- the connections' side

    /** What the state machine says to a call; {@link #ENDED} closes the connection. */
    enum Verdict {
        ALLOWED,
        INVALID_REQUEST_ID,
        NOT_ALLOWED,
        ENDED
    }

    /** The runtime asks for an event on {@code poll}. */
    Verdict next(LongPoll poll) {
        LongPoll replaced;
        Thread waiting;
        synchronized (lock) {
            Verdict verdict =
                    switch (phase) {
                        case STARTED, READY, RESPONSE_SENT -> Verdict.ALLOWED;
                        case PREPARING, INIT_ERROR, RUNNING, INVOCATION_RESPONSE ->
                                Verdict.NOT_ALLOWED;
                        case ENDED -> Verdict.ENDED;
                    };
            if (verdict != Verdict.ALLOWED) {
                return verdict;
            }
            replaced = nextPoller;
            nextPoller = poll;
            phase = Phase.READY;
            requestId = "";
            waiting = takeWaiter();
        }
        if (replaced != null && !replaced.equals(poll)) {
            replaced.close();
        }
        LockSupport.unpark(waiting);
        return Verdict.ALLOWED;
    }

    /** A prepared runtime asks for its assignment on {@code poll}. */
    Verdict assignment(LongPoll poll) {
        Thread waiting;
        synchronized (lock) {
            if (phase == Phase.ENDED) {
                return Verdict.ENDED;
            }
            if (phase != Phase.PREPARING) {
                return Verdict.NOT_ALLOWED;
            }
            assignmentPoller = poll;
            waiting = takeWaiter();
        }
        LockSupport.unpark(waiting);
        return Verdict.ALLOWED;
    }

    /**
     * The runtime starts to answer the invocation {@code id}. When allowed, exactly one of {@link
     * #complete} and {@link #abandon} follows.
     */
    Verdict claim(String id) {
        synchronized (lock) {
            if (phase == Phase.ENDED) {
                return Verdict.ENDED;
            }
            if (requestId.isEmpty() || !requestId.equals(id)) {
                return Verdict.INVALID_REQUEST_ID;
            }
            if (phase != Phase.RUNNING) {
                return Verdict.NOT_ALLOWED;
            }
            phase = Phase.INVOCATION_RESPONSE;
            return Verdict.ALLOWED;
        }
    }

    /** The answer that was claimed is here. */
    Verdict complete(RuntimeAnswer given) {
        Thread waiting;
        synchronized (lock) {
            if (phase != Phase.INVOCATION_RESPONSE) {
                return Verdict.ENDED;
            }
            phase = Phase.RESPONSE_SENT;
            answer = given;
            waiting = takeWaiter();
        }
        LockSupport.unpark(waiting);
        return Verdict.ALLOWED;
    }

    /** The answer that was claimed will not come: the runtime may try again. */
    void abandon() {
        synchronized (lock) {
            if (phase == Phase.INVOCATION_RESPONSE) {
                phase = Phase.RUNNING;
            }
        }
    }

    /** The runtime starts to report that its init failed; {@link #initFailed} follows. */
    Verdict claimInitError() {
        synchronized (lock) {
            return switch (phase) {
                case STARTED -> {
                    phase = Phase.INIT_ERROR;
                    yield Verdict.ALLOWED;
                }
                case PREPARING, INIT_ERROR, READY, RUNNING, INVOCATION_RESPONSE, RESPONSE_SENT ->
                        Verdict.NOT_ALLOWED;
                case ENDED -> Verdict.ENDED;
            };
        }
    }

    void initFailed(InitError error) {
        Thread waiting;
        synchronized (lock) {
            initError = error;
            waiting = takeWaiter();
        }
        LockSupport.unpark(waiting);
    }

    /** {@code poll} is closed: nothing can be written to it any more. */
    void closed(LongPoll poll) {
        synchronized (lock) {
            if (Objects.equals(nextPoller, poll)) {
                nextPoller = null;
            }
            if (Objects.equals(assignmentPoller, poll)) {
                assignmentPoller = null;
            }
        }
    }

    /** The state as the Runtime API's error messages name it. */
    String stateName() {
        synchronized (lock) {
            return phase.apiName;
        }
    }

    private @Nullable Thread takeWaiter() {
        Thread waiting = waiter;
        waiter = null;
        return waiting;
    }

    private static void restoreInterrupt(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The states of section "runtime" in the vendor's open-source emulator, under its names. */
    private enum Phase {
        PREPARING("Preparing"),
        STARTED("Started"),
        INIT_ERROR("InitError"),
        READY("Ready"),
        RUNNING("Running"),
        INVOCATION_RESPONSE("InvocationResponse"),
        RESPONSE_SENT("RuntimeResponseSentState"),
        ENDED("Exited");

        private final String apiName;

        Phase(String apiName) {
            this.apiName = apiName;
        }
    }
}
