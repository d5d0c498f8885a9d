package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Builds images by hand: {@code BuildImages <folder> [runtime...]}; all of them by default. */
final class BuildImages {
    private BuildImages() {}

    public static void main(String[] arguments) {
        StandardRuntimeCatalog standard = new StandardRuntimeCatalog();
        List<String> wanted = Arrays.asList(arguments).subList(1, arguments.length);
        RuntimeCatalog catalog =
                new RuntimeCatalog() {
                    @Override
                    public Optional<ManagedRuntime> find(String identifier) {
                        return standard.find(identifier);
                    }

                    @Override
                    public List<ManagedRuntime> all() {
                        return standard.all().stream()
                                .filter(
                                        each ->
                                                wanted.isEmpty()
                                                        || wanted.contains(each.identifier()))
                                .toList();
                    }
                };
        DebianRuntimeImages images =
                new DebianRuntimeImages(Path.of(arguments[0]), catalog, HostTools.onPath());
        for (ManagedRuntime runtime : catalog.all()) {
            long start = System.nanoTime();
            RuntimeImage image = images.ensure(runtime.identifier(), System.out::println);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf(
                    "%s %s: %,d bytes in %.1f s%n",
                    image.version(),
                    image.file(),
                    image.file().toFile().length(),
                    took.toMillis() / 1000.0);
        }
    }
}
