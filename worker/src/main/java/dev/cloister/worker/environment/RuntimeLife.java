package dev.cloister.worker.environment;

import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.InvokeOutcome.InvokeReport;
import dev.cloister.worker.Payload;
import dev.cloister.worker.environment.PlatformLines.Report;
import dev.cloister.worker.environment.RuntimeFailure.Exited;
import dev.cloister.worker.environment.RuntimeFailure.InvalidEntrypoint;
import dev.cloister.worker.environment.RuntimeFailure.Reported;
import dev.cloister.worker.environment.RuntimeFailure.TimedOut;
import dev.cloister.worker.runtimeapi.Readiness;
import dev.cloister.worker.runtimeapi.RuntimeAnswer;
import dev.cloister.worker.runtimeapi.RuntimeEvent;
import dev.cloister.worker.runtimeapi.RuntimeSession;
import dev.cloister.worker.runtimeapi.SessionEnd;
import dev.cloister.worker.sandbox.Sandbox.Limits;
import dev.cloister.worker.sandbox.SandboxProcess.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The phases of one environment's runtime: init, invoke, and init again after a failure. Confined
 * to the owner of the environment.
 */
final class RuntimeLife {
    private final EnvironmentSpec spec;
    private final RuntimeHost host;
    private final Map<String, String> variables;
    private final Duration initLimit;
    private final WorkerClock clock;
    private final EnvironmentLog log;
    private final PlatformLines lines;
    private final PhaseTimer timer;
    private final MemoryGauge memory;
    private final OutputDrain drain;

    private boolean initialized;
    private boolean initFailed;
    private Optional<Duration> initDuration = Optional.empty();

    RuntimeLife(
            EnvironmentSpec spec,
            RuntimeHost host,
            Duration initLimit,
            WorkerClock clock,
            EnvironmentLog log) {
        this.spec = spec;
        this.host = host;
        this.initLimit = initLimit;
        this.clock = clock;
        this.log = log;
        this.variables = EnvironmentVariables.of(spec, host.runtimeApi());
        this.lines = PlatformLines.of(spec);
        this.timer = new PhaseTimer(clock);
        this.memory = new MemoryGauge(host.sandbox(), clock, spec.memoryMegabytes());
        this.drain = new OutputDrain(host);
    }

    MemoryGauge memory() {
        return memory;
    }

    boolean initialized() {
        return initialized;
    }

    /** Whether the runtime process can take another event. */
    boolean usable() {
        return initialized && !initFailed && host.session().alive();
    }

    /** Whether the runtime waits for an event: nothing of an invocation runs any more. */
    boolean waitsForEvent() {
        return host.session().waitsForEvent();
    }

    void close() {
        timer.close();
    }

    /** The init phase. A failure is logged; the first invocation then repeats it. */
    void init() {
        initialized = true;
        log.write(lines.initStart(clock.instant()));
        long started = clock.nanos();
        RuntimeSession session = startOrAssign();
        Optional<RuntimeFailure> failure =
                awaitReady(session, started + initLimit.toNanos(), initLimit);
        Duration took = Duration.ofNanos(clock.nanos() - started);
        limitForInvocations();
        if (failure.isEmpty()) {
            initDuration = Optional.of(took);
            log.write(lines.initDone(clock.instant(), took));
            return;
        }
        initFailed = true;
        host.kill();
        if (!(failure.get() instanceof RuntimeFailure.ShutDown)) {
            drain.settle();
            log.write(lines.initFailed(clock.instant(), took, "init", failure.get()));
        }
    }

    private RuntimeSession startOrAssign() {
        if (host.awaitsAssignment()) {
            host.assigned();
            RuntimeSession session = host.session();
            if (session.assign(EnvironmentVariables.assignment(variables))) {
                return session;
            }
            // it died after it was chosen: what follows is an ordinary cold start
        }
        return host.start(variables);
    }

    /** Runs one invocation, with its init first if the runtime needs that. */
    InvokeOutcome invoke(Invocation invocation) {
        Run run = new Run(invocation, clock.nanos(), clock.instant());
        if (!usable()) {
            Optional<RuntimeFailure> failure = initWithin(run);
            if (failure.isPresent()) {
                requireStarted(failure.get());
                begin(run);
                return failed(run, failure.get());
            }
        }
        begin(run);
        RuntimeAnswer answer = deliver(run);
        if (answer instanceof RuntimeAnswer.Ended(SessionEnd.Exited _, boolean delivered)
                && !delivered) {
            // the process before this one ended without having seen the event
            Optional<RuntimeFailure> failure = initWithin(run);
            if (failure.isPresent()) {
                return failed(run, failure.get());
            }
            answer = deliver(run);
        }
        return outcome(run, answer);
    }

    private void begin(Run run) {
        drain.settle(); // the end of the last invocation's output stands before this one's start
        log.begin(
                lines.start(run.startedAt, run.invocation.requestId(), run.invocation.tenantId()),
                run.invocation.tailLog());
    }

    private RuntimeAnswer deliver(Run run) {
        Invocation invocation = run.invocation;
        RuntimeEvent event =
                new RuntimeEvent(
                        invocation.requestId(),
                        run.startedAt.plus(spec.timeout()).toEpochMilli(),
                        invocation.invokedFunctionArn(),
                        invocation.traceHeader(),
                        invocation.clientContext().orElse(""),
                        invocation.tenantId().orElse(""),
                        invocation.event());
        RuntimeSession session = host.session();
        timer.arm(session, session.beginTurn(), run.deadlineNanos());
        try {
            return session.invoke(event);
        } finally {
            session.endTurn();
            timer.disarm();
        }
    }

    /** The suppressed init: on the invocation's time, and its failure is the invocation's. */
    private Optional<RuntimeFailure> initWithin(Run run) {
        long started = clock.nanos();
        initDuration = Optional.empty();
        host.sandbox().limit(limits().whileInitializing());
        RuntimeSession session = host.start(variables);
        Optional<RuntimeFailure> failure = awaitReady(session, run.deadlineNanos(), spec.timeout());
        limitForInvocations();
        initFailed = failure.isPresent();
        if (failure.isPresent()) {
            host.kill();
            drain.settle();
            Duration took = Duration.ofNanos(clock.nanos() - started);
            log.write(lines.initFailed(clock.instant(), took, "invoke", failure.get()));
        }
        return failure;
    }

    /** The init phase may use more cpu than invocations. */
    private void limitForInvocations() {
        host.sandbox().limit(limits());
    }

    private Limits limits() {
        return new Limits(spec.memoryMegabytes());
    }

    private Optional<RuntimeFailure> awaitReady(
            RuntimeSession session, long deadlineNanos, Duration limit) {
        timer.arm(session, session.beginTurn(), deadlineNanos);
        try {
            return switch (session.awaitReady()) {
                case Readiness.Ready _ -> Optional.empty();
                case Readiness.InitError(Payload payload, String type) ->
                        Optional.of(reported(payload, type));
                case Readiness.Ended(SessionEnd end) -> Optional.of(initEnded(end, limit));
            };
        } finally {
            session.endTurn();
            timer.disarm();
        }
    }

    private static RuntimeFailure reported(Payload document, String type) {
        // the launcher of provided.* reports this one for the platform
        return type.equals(InvalidEntrypoint.TYPE)
                ? new InvalidEntrypoint(
                        ErrorDocuments.text(document, "errorMessage", "no bootstrap"))
                : new Reported(document, type, true);
    }

    private RuntimeFailure initEnded(SessionEnd end, Duration limit) {
        return switch (end) {
            case SessionEnd.Exited(Exit exit) -> new Exited(exit, killedForMemory(exit));
            case SessionEnd.TimedOut _ -> new TimedOut(limit);
            case SessionEnd.ShutDown _ -> new RuntimeFailure.ShutDown();
        };
    }

    private InvokeOutcome outcome(Run run, RuntimeAnswer answer) {
        return switch (answer) {
            case RuntimeAnswer.Response(Payload payload) -> succeeded(run, payload);
            case RuntimeAnswer.Failure(Payload payload, String type) ->
                    failed(run, new Reported(payload, type, false));
            case RuntimeAnswer.TooLarge _ -> failed(run, new RuntimeFailure.ResponseTooLarge());
            case RuntimeAnswer.Truncated _ -> failed(run, new RuntimeFailure.TruncatedResponse());
            case RuntimeAnswer.InvalidResponseMode _ ->
                    failed(run, new RuntimeFailure.InvalidResponseMode());
            case RuntimeAnswer.Ended(SessionEnd.Exited(Exit exit), boolean _) ->
                    failed(run, new Exited(exit, killedForMemory(exit)));
            case RuntimeAnswer.Ended(SessionEnd.TimedOut _, boolean _) ->
                    failed(run, new TimedOut(spec.timeout()));
            case RuntimeAnswer.Ended(SessionEnd.ShutDown _, boolean delivered) -> {
                RuntimeFailure shutDown = new RuntimeFailure.ShutDown();
                if (!delivered) {
                    requireStarted(shutDown);
                }
                yield failed(run, shutDown);
            }
        };
    }

    private boolean killedForMemory(Exit exit) {
        return exit.equals(new Exit.Signal(9)) && host.ranOutOfMemory();
    }

    private static void requireStarted(RuntimeFailure failure) {
        if (failure instanceof RuntimeFailure.ShutDown) {
            throw new EnvironmentGoneException(
                    "the environment was ended before it could take the invocation");
        }
    }

    private InvokeOutcome succeeded(Run run, Payload payload) {
        InvokeReport report = report(run, Optional.empty(), payload.length());
        return new InvokeOutcome.Succeeded(payload, report);
    }

    private InvokeOutcome failed(Run run, RuntimeFailure failure) {
        if (failure.endsRuntime()) {
            host.kill();
        }
        Payload document = failure.document(run.invocation.requestId());
        InvokeReport report = report(run, Optional.of(failure), document.length());
        String type =
                failure instanceof Reported
                        ? ErrorDocuments.errorType(document, failure.errorType())
                        : failure.errorType();
        return new InvokeOutcome.Failed(document, type, report);
    }

    private InvokeReport report(Run run, Optional<RuntimeFailure> failure, int producedBytes) {
        Duration measured = Duration.ofNanos(clock.nanos() - run.startedNanos);
        boolean timedOut = failure.orElse(null) instanceof TimedOut;
        Duration duration = timedOut ? spec.timeout() : measured;
        Optional<Duration> init = initDuration;
        initDuration = Optional.empty();
        Duration billed = Durations.billed(duration.plus(init.orElse(Duration.ZERO)));
        int used = memory.maxUsedMegabytes();
        Report report =
                new Report(
                        run.invocation.requestId(),
                        run.invocation.tenantId(),
                        duration,
                        billed,
                        spec.memoryMegabytes(),
                        used,
                        init,
                        failure,
                        producedBytes);
        log.end(lines.end(clock.instant(), report));
        Optional<Payload> tail = Optional.empty();
        if (run.invocation.tailLog()) {
            drain.settle();
            tail = log.tail();
        }
        return new InvokeReport(duration, billed, init, spec.memoryMegabytes(), used, tail);
    }

    /** One invocation on its way. */
    private final class Run {
        private final Invocation invocation;
        private final long startedNanos;
        private final Instant startedAt;

        Run(Invocation invocation, long startedNanos, Instant startedAt) {
            this.invocation = invocation;
            this.startedNanos = startedNanos;
            this.startedAt = startedAt;
        }

        long deadlineNanos() {
            return startedNanos + spec.timeout().toNanos();
        }
    }
}
