package dev.cloister.invoke;

import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.InvokeOutcome.InvokeReport;
import dev.cloister.worker.Payload;
import dev.cloister.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Environments that run a Java function; notes what was started and ended. */
final class FakeWorker implements Worker {
    final List<Environment> started = new CopyOnWriteArrayList<>();
    final AtomicInteger ended = new AtomicInteger();
    private final Function<Invocation, String> handler;

    FakeWorker(Function<Invocation, String> handler) {
        this.handler = handler;
    }

    @Override
    public ExecutionEnvironment start(EnvironmentSpec spec) {
        Environment environment = new Environment(spec, started.size());
        started.add(environment);
        return environment;
    }

    @Override
    public List<EnvironmentStatus> environments() {
        return List.of();
    }

    @Override
    public List<String> architectures() {
        return List.of("x86_64");
    }

    @Override
    public void close() {}

    final class Environment implements ExecutionEnvironment {
        final EnvironmentSpec spec;
        final int number;
        private final List<Runnable> onEnd = new ArrayList<>();
        private final AtomicBoolean busy = new AtomicBoolean();
        private boolean gone;

        Environment(EnvironmentSpec spec, int number) {
            this.spec = spec;
            this.number = number;
        }

        @Override
        public String id() {
            return "e" + number;
        }

        @Override
        public synchronized State state() {
            return gone ? State.ENDED : State.IDLE;
        }

        @Override
        public InvokeOutcome invoke(Invocation invocation) {
            if (state() == State.ENDED) {
                throw new EnvironmentGoneException(id() + " has ended");
            }
            if (!busy.compareAndSet(false, true)) {
                throw new IllegalStateException("two invocations at once in " + id());
            }
            try {
                String answer = handler.apply(invocation);
                return new InvokeOutcome.Succeeded(
                        Payload.ofUtf8(answer),
                        new InvokeReport(
                                Duration.ZERO,
                                Duration.ZERO,
                                Optional.empty(),
                                128,
                                1,
                                Optional.empty()));
            } finally {
                busy.set(false);
            }
        }

        @Override
        public void shutdown(ShutdownReason reason) {
            List<Runnable> actions;
            synchronized (this) {
                if (gone) {
                    return;
                }
                gone = true;
                actions = List.copyOf(onEnd);
            }
            ended.incrementAndGet();
            actions.forEach(Runnable::run);
        }

        @Override
        public void onEnd(Runnable action) {
            synchronized (this) {
                if (!gone) {
                    onEnd.add(action);
                    return;
                }
            }
            action.run();
        }
    }
}
