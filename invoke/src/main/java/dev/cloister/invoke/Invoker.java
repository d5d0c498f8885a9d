package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionCatalog;
import dev.cloister.functions.FunctionCatalog.Resolved;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.Payload;
import dev.cloister.worker.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs synchronous invocations: resolve, admit, assign, run. Thread-safe; each call blocks its
 * (virtual) thread until the function has answered.
 *
 * <p>Closing ends the idle environments; the worker ends the rest.
 */
public final class Invoker implements AutoCloseable {
    private static final int MAX_ASSIGNMENTS = 5;
    private static final Duration REAP_INTERVAL = Duration.ofSeconds(1);

    private final FunctionCatalog catalog;
    private final Admission admission;
    private final Assignment assignment;
    private final TraceSampler sampler;
    private final LoopDetection loops;
    private final Thread reaper;

    public Invoker(
            FunctionCatalog catalog,
            Worker worker,
            RoleCredentials credentials,
            EnvironmentLogs logs,
            EgressPolicy egress,
            HostMemory memory,
            InvokeSettings settings,
            InstantSource clock) {
        this.catalog = catalog;
        this.admission = new Admission(settings.accountConcurrency());
        this.assignment =
                new Assignment(
                        catalog,
                        new EnvironmentFactory(worker, credentials, logs, egress, clock),
                        memory,
                        settings,
                        clock);
        this.sampler = new TraceSampler(clock, () -> ThreadLocalRandom.current().nextDouble());
        this.loops = new LoopDetection(() -> ThreadLocalRandom.current().nextLong());
        catalog.onRetired(assignment::retire);
        this.reaper = Thread.ofVirtual().name("environment-reaper").start(this::reap);
    }

    /**
     * What an invocation is asked for.
     *
     * @param qualifier empty for {@code $LATEST}
     * @param traceHeader with or without a decision about sampling
     * @param tenantId as {@code X-Amz-Tenant-Id} gives it
     */
    public record Call(
            AccountId account,
            Region region,
            String functionName,
            Optional<String> qualifier,
            UUID requestId,
            Payload event,
            Optional<String> clientContext,
            String traceHeader,
            boolean tailLog,
            Optional<String> tenantId) {

        /** A call for no tenant. */
        public Call(
                AccountId account,
                Region region,
                String functionName,
                Optional<String> qualifier,
                UUID requestId,
                Payload event,
                Optional<String> clientContext,
                String traceHeader,
                boolean tailLog) {
            this(
                    account,
                    region,
                    functionName,
                    qualifier,
                    requestId,
                    event,
                    clientContext,
                    traceHeader,
                    tailLog,
                    Optional.empty());
        }
    }

    /**
     * @param executedVersion {@code $LATEST} or a number
     * @param traceHeader as the function saw it
     */
    public record Result(String executedVersion, InvokeOutcome outcome, String traceHeader) {}

    /**
     * Runs the function and returns its answer or its failure.
     *
     * @throws dev.cloister.api.AwsError if it was not run: not found, not active, throttled
     */
    public Result invoke(Call call) {
        Resolved resolved = resolve(call);
        VersionSnapshot version = resolved.version();
        String decided =
                sampler.decide(
                        call.traceHeader(),
                        call.account(),
                        call.region(),
                        version.options().tracesActively());
        String traceHeader = loops.enter(decided, version.functionArn(), resolved.recursion());
        Invocation invocation =
                new Invocation(
                        call.requestId().toString(),
                        resolved.invokedArn(),
                        call.event(),
                        call.clientContext(),
                        traceHeader,
                        call.tenantId(),
                        call.tailLog());
        try (Admission.Place _ =
                admission.admit(
                        call.account(),
                        call.region(),
                        call.functionName(),
                        resolved.concurrency())) {
            return new Result(version.version(), run(version, invocation), traceHeader);
        }
    }

    /** Checks all that {@link #invoke} checks before it runs anything. */
    public VersionSnapshot dryRun(Call call) {
        return resolve(call).version();
    }

    /** Counts for status pages. */
    public Status status() {
        return new Status(
                admission.underWay(), assignment.environments(), assignment.idleEnvironments());
    }

    /** What the data plane has under way. */
    public record Status(int invocations, int environments, int idleEnvironments) {}

    @Override
    public void close() {
        reaper.interrupt();
        assignment.close();
    }

    private Resolved resolve(Call call) {
        call.tenantId().ifPresent(Tenants::checkForm);
        Resolved resolved =
                catalog.resolve(
                                call.account(),
                                call.region(),
                                call.functionName(),
                                call.qualifier())
                        .orElseThrow(() -> InvokeErrors.functionNotFound(arn(call)));
        Tenants.checkFits(resolved.version(), call.tenantId());
        return switch (resolved.version().state()) {
            case ACTIVE -> resolved;
            case PENDING -> throw InvokeErrors.notInvocableIn("Pending");
            case INACTIVE -> throw InvokeErrors.notInvocableIn("Inactive");
            case FAILED -> throw InvokeErrors.notInvocableIn("Failed");
        };
    }

    private static String arn(Call call) {
        return "arn:aws:lambda:%s:%s:function:%s:%s"
                .formatted(
                        call.region(),
                        call.account(),
                        call.functionName(),
                        call.qualifier().orElse("$LATEST"));
    }

    private InvokeOutcome run(VersionSnapshot version, Invocation invocation) {
        for (int attempt = 1; ; attempt++) {
            Assignment.Lease lease = assignment.acquire(version, invocation.tenantId());
            try {
                return lease.environment().invoke(invocation);
            } catch (EnvironmentGoneException e) {
                // Nothing has run; another environment may. Several in a row are a fault.
                if (attempt == MAX_ASSIGNMENTS) {
                    throw InvokeErrors.noCapacity(String.valueOf(e.getMessage()));
                }
            } finally {
                assignment.release(lease);
            }
        }
    }

    private void reap() {
        try {
            while (true) {
                Thread.sleep(REAP_INTERVAL);
                assignment.reapIdle();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: the thread ends
        }
    }
}
