package dev.cloister.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.api.SecretText;
import dev.cloister.invoke.RoleCredentials.SessionCredentials;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tenant isolation, and who decides about tracing, without any sandbox. */
final class TenantsTest {
    private final FakeCatalog catalog = new FakeCatalog();
    private final List<Optional<String>> seen = new ArrayList<>();
    private final List<String> traces = new ArrayList<>();
    private final FakeWorker worker =
            new FakeWorker(
                    invocation -> {
                        synchronized (seen) {
                            seen.add(invocation.tenantId());
                            traces.add(invocation.traceHeader());
                        }
                        return "1";
                    });
    private Optional<Invoker> invoker = Optional.empty();

    @BeforeEach
    void isolate() {
        catalog.setOptions("PassThrough", Optional.of("PER_TENANT"));
    }

    @AfterEach
    void close() {
        invoker.ifPresent(Invoker::close);
    }

    private Invoker invoker(int concurrency) {
        Invoker made =
                new Invoker(
                        catalog,
                        worker,
                        _ ->
                                new SessionCredentials(
                                        "ASIA", new SecretText("s"), new SecretText("t")),
                        (_, _) -> _ -> {},
                        (_, _) -> new Egress.None(),
                        () -> 100_000,
                        new InvokeSettings(
                                concurrency, 100, Duration.ofMinutes(10), Duration.ofHours(1), 0),
                        () -> Instant.ofEpochSecond(1_000_000));
        invoker = Optional.of(made);
        return made;
    }

    private static Invoker.Call call(String trace, Optional<String> tenant) {
        return new Invoker.Call(
                FakeCatalog.ACCOUNT,
                FakeCatalog.REGION,
                "f",
                Optional.empty(),
                UUID.randomUUID(),
                Payload.ofUtf8("{}"),
                Optional.empty(),
                trace,
                false,
                tenant);
    }

    private static Invoker.Call of(String tenant) {
        return call("Root=1-0-0", Optional.of(tenant));
    }

    @Test
    void anEnvironmentServesOneTenantOnly() {
        Invoker data = invoker(10);
        for (String tenant : List.of("a", "b", "a", "b", "c", "a")) {
            data.invoke(of(tenant));
        }
        assertThat(worker.started).hasSize(3);
        assertThat(seen).containsOnlyOnce(Optional.of("c")).contains(Optional.of("a"));
    }

    @Test
    void aChangeOfTheFunctionEndsTheEnvironmentsOfEveryTenant() {
        Invoker data = invoker(10);
        data.invoke(of("a"));
        data.invoke(of("b"));
        catalog.change("r1");
        assertThat(data.status().idleEnvironments()).isZero();
        data.invoke(of("a"));
        assertThat(worker.started).hasSize(3);
    }

    @Test
    void theTenantsOfAnAccountHaveALimit() {
        // concurrency 2 gives 5 environments; an idle one makes room for the next tenant
        Invoker data = invoker(2);
        for (int i = 0; i < 8; i++) {
            data.invoke(of("t" + i));
        }
        assertThat(worker.started).hasSize(8);
        assertThat(data.status().environments()).isEqualTo(5);
    }

    @Test
    void aTenantIsMandatoryWhereTheFunctionIsolatesThem() {
        Invoker data = invoker(10);
        assertRefused(
                data,
                call("Root=1-0-0", Optional.empty()),
                "InvalidParameterValueException",
                "The invoked function is enabled with tenancy configuration. Add a valid tenant ID"
                        + " in your request and try again.");
        catalog.setOptions("PassThrough", Optional.empty());
        assertRefused(
                data,
                of("a"),
                "InvalidParameterValueException",
                "The invoked function is not enabled with tenancy configuration. Remove the tenant"
                        + " ID from your request and try again.");
        assertThat(worker.started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "ä", "a*", "a%"})
    void refusesWhatCanBeNoTenant(String tenant) {
        assertRefused(invoker(10), of(tenant), "ValidationException", "at 'tenantId' failed");
        assertRefused(
                invoker.orElseThrow(),
                of("a".repeat(257)),
                "ValidationException",
                "Member must have length less than or equal to 256");
    }

    private static void assertRefused(
            Invoker data, Invoker.Call call, String code, String message) {
        assertThatThrownBy(() -> data.invoke(call))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(code);
                            assertThat(e.message()).contains(message);
                        });
    }

    @Test
    void activeTracingSamplesTheFirstOfASecondAndFewOthers() {
        catalog.setOptions("Active", Optional.empty());
        Invoker data = invoker(10);
        for (int i = 0; i < 200; i++) {
            data.invoke(call("Root=1-0-0", Optional.empty()));
        }
        assertThat(traces.getFirst()).startsWith("Root=1-0-0;Sampled=1;");
        assertThat(traces.stream().filter(t -> t.contains(";Sampled=1;")).count()).isLessThan(60);
    }

    @Test
    void whoeverDecidedAboutTracingIsFollowed() {
        catalog.setOptions("Active", Optional.empty());
        Invoker data = invoker(10);
        data.invoke(call("Root=1-0-0;Sampled=0", Optional.empty()));
        assertThat(traces).singleElement().asString().startsWith("Root=1-0-0;Sampled=0;");
        catalog.setOptions("PassThrough", Optional.empty());
        assertThat(data.invoke(call("Root=1-0-0;Sampled=1;Self=2", Optional.empty())).traceHeader())
                .startsWith("Root=1-0-0;Sampled=1;Self=2;");
        assertThat(data.invoke(call("Root=1-0-0;Sampled=?", Optional.empty())).traceHeader())
                .startsWith("Root=1-0-0;Sampled=0;");
    }
}
