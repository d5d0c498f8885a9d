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
import java.util.stream.Stream;

/** Three runtimes whose images can be held back or made to fail, each with versions. */
public final class FakeRuntimes {
    private static final List<RuntimeCatalog.ManagedRuntime> ALL =
            List.of(
                    new RuntimeCatalog.ManagedRuntime("nodejs22.x", RuntimeCatalog.Family.NODEJS),
                    new RuntimeCatalog.ManagedRuntime("python3.13", RuntimeCatalog.Family.PYTHON),
                    new RuntimeCatalog.ManagedRuntime(
                            "provided.al2023", RuntimeCatalog.Family.PROVIDED));

    private final Map<String, List<RuntimeImage>> built = new ConcurrentHashMap<>();
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

    /** As if one version had been removed from the host. */
    public void forget(RuntimeImage image) {
        built.computeIfPresent(
                image.runtime().identifier(),
                (_, images) -> images.stream().filter(other -> !other.equals(image)).toList());
    }

    /** Makes a new version, newer than those that are there. */
    public RuntimeImage release(String identifier) {
        return built.merge(
                        identifier,
                        List.of(image(identifier, 1)),
                        (images, _) ->
                                Stream.concat(
                                                images.stream(),
                                                Stream.of(image(identifier, images.size() + 1)))
                                        .toList())
                .getLast();
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
                return built.computeIfAbsent(identifier, id -> List.of(image(id, 1))).getLast();
            }

            @Override
            public Optional<RuntimeImage> find(String identifier) {
                return Optional.ofNullable(built.get(identifier)).map(List::getLast);
            }

            @Override
            public List<RuntimeImage> built() {
                return built.values().stream().flatMap(List::stream).toList();
            }
        };
    }

    private static RuntimeImage image(String identifier, int number) {
        return new RuntimeImage(
                ALL.stream().filter(r -> r.identifier().equals(identifier)).findAny().orElseThrow(),
                identifier + ".v" + number,
                identifier.startsWith("python") && number == 1
                        ? "ab".repeat(32)
                        : "%016x%048x".formatted(identifier.hashCode(), number),
                Path.of("/nowhere", identifier, "v" + number),
                List.of("/bin/true"),
                Map.of(),
                false);
    }
}
