package dev.cloister.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.api.SecretText;
import dev.cloister.functions.FunctionCatalog.Concurrency;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.invoke.RoleCredentials.SessionCredentials;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Admission and assignment, without any sandbox. */
final class InvokerTest {
    private final FakeCatalog catalog = new FakeCatalog();
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final AtomicLong freeMemory = new AtomicLong(100_000);
    private FakeWorker worker = new FakeWorker(_ -> "1");
    private Optional<Invoker> invoker = Optional.empty();

    @AfterEach
    void close() {
        invoker.ifPresent(Invoker::close);
    }

    private Invoker invoker(Function<Invocation, String> handler, InvokeSettings settings) {
        worker = new FakeWorker(handler);
        Invoker made =
                new Invoker(
                        catalog,
                        worker,
                        _ ->
                                new SessionCredentials(
                                        "ASIA", new SecretText("s"), new SecretText("t")),
                        (_, _) -> _ -> {},
                        (_, _) -> new Egress.None(),
                        freeMemory::get,
                        settings,
                        () -> Instant.ofEpochSecond(now.get()));
        invoker = Optional.of(made);
        return made;
    }

    private static InvokeSettings settings(int concurrency, int environments) {
        return new InvokeSettings(
                concurrency, environments, Duration.ofMinutes(10), Duration.ofHours(1), 0);
    }

    private static Invoker.Call call(String name) {
        return new Invoker.Call(
                FakeCatalog.ACCOUNT,
                FakeCatalog.REGION,
                name,
                Optional.empty(),
                UUID.randomUUID(),
                Payload.ofUtf8("{}"),
                Optional.empty(),
                "Root=1-0-0",
                false);
    }

    @Test
    void anIdleEnvironmentIsReused() {
        Invoker data = invoker(_ -> "1", settings(10, 10));
        data.invoke(call("f"));
        data.invoke(call("f"));
        assertThat(worker.started).hasSize(1);
    }

    @Test
    void environmentsOfAnOldRevisionTakeNoMoreInvocations() {
        Invoker data = invoker(_ -> "1", settings(10, 10));
        data.invoke(call("f"));
        catalog.change("r1");
        data.invoke(call("f"));
        assertThat(worker.started).hasSize(2);
    }

    @Test
    void aRevisionThatChangesDuringAnInvocationEndsItsEnvironment() {
        Invoker data =
                invoker(
                        invocation -> {
                            catalog.change(invocation.requestId());
                            return "1";
                        },
                        settings(10, 10));
        data.invoke(call("f"));
        assertThat(data.status().idleEnvironments()).isZero();
    }

    @Test
    void anEnvironmentThatHasEndedIsReplaced() {
        Invoker data = invoker(_ -> "1", settings(10, 10));
        data.invoke(call("f"));
        worker.started
                .getFirst()
                .shutdown(dev.cloister.worker.ExecutionEnvironment.ShutdownReason.FAILURE);
        data.invoke(call("f"));
        assertThat(worker.started).hasSize(2);
    }

    @Test
    void anEnvironmentOverItsLeaseIsReplaced() {
        Invoker data = invoker(_ -> "1", settings(10, 10));
        data.invoke(call("f"));
        now.addAndGet(3601);
        data.invoke(call("f"));
        data.invoke(call("f"));
        assertThat(worker.started).hasSize(2);
    }

    @Test
    void aReservationIsALimitAndNoOtherFunctionTakesOfIt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Invoker data =
                invoker(
                        _ -> {
                            running.countDown();
                            await(end);
                            return "1";
                        },
                        settings(2, 10));
        catalog.setConcurrency(new Concurrency.Reserved(1));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = callers.submit(() -> data.invoke(call("f")));
            await(running);
            assertThrottled(data, "ReservedFunctionConcurrentInvocationLimitExceeded");
            catalog.setConcurrency(new Concurrency.Shared(2));
            assertThrottled(data, "ConcurrentInvocationLimitExceeded");
            end.countDown();
            first.get();
        }
        catalog.setConcurrency(new Concurrency.Reserved(0));
        assertThrottled(data, "ReservedFunctionConcurrentInvocationLimitExceeded");
        catalog.setConcurrency(new Concurrency.Shared(1));
        data.invoke(call("f"));
        assertThat(data.status().invocations()).isZero();
    }

    private static void assertThrottled(Invoker data, String reason) {
        assertThatThrownBy(() -> data.invoke(call("f")))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error -> {
                            assertThat(error.code()).isEqualTo("TooManyRequestsException");
                            assertThat(error.members()).containsEntry("Reason", reason);
                        });
    }

    @Test
    void theAccountsConcurrencyIsALimit() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Invoker data =
                invoker(
                        _ -> {
                            running.countDown();
                            await(end);
                            return "1";
                        },
                        settings(2, 10));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> under = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                under.add(callers.submit(() -> data.invoke(call("f"))));
            }
            await(running);
            assertThrottled(data, "ConcurrentInvocationLimitExceeded");
            end.countDown();
            for (Future<?> each : under) {
                each.get();
            }
        }
        data.invoke(call("f"));
        assertThat(data.status().invocations()).isZero();
    }

    @Test
    void withoutMemoryAnIdleEnvironmentMakesRoomOrTheCallIsThrottled() {
        Invoker data =
                invoker(
                        _ -> "1",
                        new InvokeSettings(
                                10, 10, Duration.ofMinutes(10), Duration.ofHours(1), 512));
        freeMemory.set(100);
        assertThatThrownBy(() -> data.invoke(call("f"))).isInstanceOf(AwsError.class);
        assertThat(data.status().environments()).isZero();
        freeMemory.set(10_000);
        data.invoke(call("f"));
    }

    @Test
    void anUnknownFunctionIsNotFoundByItsQualifiedArn() {
        Invoker data = invoker(_ -> "1", settings(10, 10));
        assertThatThrownBy(() -> data.invoke(call("g")))
                .hasMessage(
                        "Function not found:"
                                + " arn:aws:lambda:us-east-1:123456789012:function:g:$LATEST");
    }

    @Test
    void aPendingFunctionIsInConflict() {
        Invoker data = invoker(_ -> "1", settings(10, 10));
        catalog.setState(VersionSnapshot.State.PENDING);
        assertThatThrownBy(() -> data.invoke(call("f")))
                .hasMessage(
                        "The operation cannot be performed at this time. The function is currently"
                                + " in the following state: Pending");
    }

    /** Random changes under random load: the fake throws when two invocations meet. */
    @Test
    void noTwoInvocationsEverShareAnEnvironment() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Invoker data = invoker(_ -> "1", settings(100, 100));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                if (random.nextInt(50) == 0) {
                    catalog.change("r" + i);
                }
                all.add(callers.submit(() -> data.invoke(call("f"))));
                if (all.size() > 50) {
                    all.removeFirst().get();
                }
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(data.status().invocations()).as("seed " + seed).isZero();
        assertThat(data.status().environments())
                .as("seed " + seed)
                .isLessThanOrEqualTo(worker.started.size());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
