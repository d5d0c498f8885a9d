package dev.cloister.functions;

import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImageException;
import dev.cloister.runtimes.RuntimeImages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Three runtimes whose images can be held back or made to fail. */
public final class FakeRuntimes {
    private static final List<RuntimeCatalog.ManagedRuntime> ALL =
            List.of(
                    new RuntimeCatalog.ManagedRuntime("nodejs22.x", RuntimeCatalog.Family.NODEJS),
                    new RuntimeCatalog.ManagedRuntime("python3.13", RuntimeCatalog.Family.PYTHON),
                    new RuntimeCatalog.ManagedRuntime(
                            "provided.al2023", RuntimeCatalog.Family.PROVIDED));

    private final Map<String, RuntimeImage> built = new ConcurrentHashMap<>();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** From now on images wait until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    public void breakRuntime(String identifier) {
        broken.add(identifier);
    }

    public void repairRuntime(String identifier) {
        broken.remove(identifier);
    }

    /** As if the images had been removed from the host. */
    public void forget() {
        built.clear();
    }

    public RuntimeCatalog catalog() {
        return new RuntimeCatalog() {
            @Override
            public Optional<ManagedRuntime> find(String identifier) {
                return ALL.stream().filter(r -> r.identifier().equals(identifier)).findAny();
            }

            @Override
            public List<ManagedRuntime> all() {
                return ALL;
            }
        };
    }

    public RuntimeImages images() {
        return new RuntimeImages() {
            @Override
            public RuntimeImage ensure(String identifier, Consumer<String> progress) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new RuntimeImageException("interrupted", e);
                }
                if (broken.contains(identifier)) {
                    throw new RuntimeImageException("no package mirror");
                }
                return built.computeIfAbsent(identifier, FakeRuntimes::image);
            }

            @Override
            public Optional<RuntimeImage> find(String identifier) {
                return Optional.ofNullable(built.get(identifier));
            }

            @Override
            public List<RuntimeImage> built() {
                return List.copyOf(built.values());
            }
        };
    }

    private static RuntimeImage image(String identifier) {
        return new RuntimeImage(
                ALL.stream().filter(r -> r.identifier().equals(identifier)).findAny().orElseThrow(),
                identifier + ".v1",
                "ab".repeat(32),
                Path.of("/nowhere", identifier),
                List.of("/bin/true"),
                Map.of(),
                false);
    }
}
