package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionCatalog;
import dev.cloister.functions.FunctionOptions;
import dev.cloister.functions.RecursiveLoop;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.runtimes.RuntimeCatalog.Family;
import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import dev.cloister.runtimes.RuntimeImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One function whose revision a test changes. */
final class FakeCatalog implements FunctionCatalog {
    static final AccountId ACCOUNT = new AccountId("123456789012");
    static final Region REGION = new Region("us-east-1");

    private final List<Consumer<VersionSnapshot>> listeners = new ArrayList<>();
    private volatile RecursiveLoop recursion = RecursiveLoop.TERMINATE;
    private volatile Concurrency concurrency = new Concurrency.Shared(0);
    private FunctionOptions options = FunctionOptions.DEFAULTS;
    private volatile VersionSnapshot current = snapshot("r0", VersionSnapshot.State.ACTIVE);

    @Override
    public Optional<Resolved> resolve(
            AccountId account, Region region, String name, Optional<String> qualifier) {
        VersionSnapshot snapshot = current;
        boolean known = account.equals(ACCOUNT) && region.equals(REGION) && name.equals("f");
        return known
                ? Optional.of(
                        new Resolved(
                                snapshot,
                                snapshot.functionArn() + ":" + qualifier.orElse("$LATEST"),
                                concurrency,
                                recursion))
                : Optional.empty();
    }

    @Override
    public List<VersionSnapshot> versions() {
        return List.of(current);
    }

    @Override
    public void onRetired(Consumer<VersionSnapshot> listener) {
        listeners.add(listener);
    }

    void setOptions(String tracingMode, Optional<String> tenantIsolation) {
        options =
                new FunctionOptions(
                        tracingMode,
                        "None",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        tenantIsolation);
        change("with options");
    }

    void setConcurrency(Concurrency changed) {
        concurrency = changed;
    }

    void setRecursion(RecursiveLoop changed) {
        recursion = changed;
    }

    void change(String revision) {
        replace(snapshot(revision, VersionSnapshot.State.ACTIVE));
    }

    void setState(VersionSnapshot.State state) {
        replace(snapshot(current.revision(), state));
    }

    private void replace(VersionSnapshot next) {
        VersionSnapshot old = current;
        current = next;
        listeners.forEach(listener -> listener.accept(old));
    }

    private VersionSnapshot snapshot(String revision, VersionSnapshot.State state) {
        RuntimeImage image =
                new RuntimeImage(
                        new ManagedRuntime("python3.13", Family.PYTHON),
                        "python:3.13.v1",
                        "0".repeat(64),
                        Path.of("/none"),
                        List.of("/bin/true"),
                        Map.of(),
                        false);
        return new VersionSnapshot(
                ACCOUNT,
                REGION,
                "f",
                "$LATEST",
                revision,
                state,
                "arn:aws:iam::123456789012:role/r",
                "index.handler",
                Optional.of(image),
                Optional.of(new NoCode()),
                Optional.empty(),
                Map.of(),
                128,
                512,
                Duration.ofSeconds(3),
                new VersionSnapshot.Logging(
                        "Text", Optional.empty(), Optional.empty(), "/aws/lambda/f"),
                options);
    }

    private static final class NoCode implements VersionSnapshot.Code {
        @Override
        public String digest() {
            return "none";
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(new byte[0]);
        }
    }
}
