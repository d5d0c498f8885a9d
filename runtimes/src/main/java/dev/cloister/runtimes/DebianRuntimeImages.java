package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Builds runtime images from Debian packages (and npm's, for Node.js) and keeps them in one folder,
 * which several processes may share. Needs root, {@code mmdebstrap} and {@code mkfs.erofs}, for
 * Node.js also {@code npm}. Thread-safe; callers of one runtime share one build.
 */
public final class DebianRuntimeImages implements RuntimeImages, RuntimeUpdates {
    private final RuntimeCatalog catalog;
    private final Map<String, ImageShelf> shelves = new ConcurrentHashMap<>();

    /**
     * @param folder where images are kept; made when the first one is built
     */
    public DebianRuntimeImages(Path folder, RuntimeCatalog catalog, HostTools tools) {
        this.catalog = catalog;
        for (ManagedRuntime runtime : catalog.all()) {
            ImageFolder images = new ImageFolder(folder.toAbsolutePath(), runtime);
            shelves.put(runtime.identifier(), new ImageShelf(Recipes.of(runtime), images, tools));
        }
    }

    @Override
    public RuntimeImage ensure(String identifier, Consumer<String> progress) {
        ImageShelf shelf = shelf(identifier);
        return shelf.current().orElseGet(() -> shelf.buildFirst(progress));
    }

    @Override
    public Optional<RuntimeImage> find(String identifier) {
        return Optional.ofNullable(shelves.get(identifier)).flatMap(ImageShelf::current);
    }

    @Override
    public List<RuntimeImage> built() {
        return catalog.all().stream()
                .flatMap(runtime -> images(shelf(runtime.identifier())).stream())
                .toList();
    }

    @Override
    public List<RuntimeImage> built(String identifier) {
        return Optional.ofNullable(shelves.get(identifier))
                .map(DebianRuntimeImages::images)
                .orElse(List.of());
    }

    private static List<RuntimeImage> images(ImageShelf shelf) {
        return shelf.images().versions().stream().map(shelf.images()::image).toList();
    }

    @Override
    public List<RuntimeVersion> versions(String identifier) {
        ImageShelf shelf = shelf(identifier);
        return shelf.images().versions().stream()
                .map(
                        manifest ->
                                new RuntimeVersion(
                                        shelf.images().image(manifest),
                                        manifest.created(),
                                        manifest.imageBytes(),
                                        manifest.packages()))
                .toList();
    }

    @Override
    public List<PackageChange> available(String identifier, Consumer<String> progress) {
        return shelf(identifier).available(progress);
    }

    @Override
    public UpdateOutcome update(
            String identifier, When when, ImageTrial trial, Consumer<String> progress) {
        return shelf(identifier).update(when, trial, progress);
    }

    @Override
    public List<String> removeUnused(String identifier, Predicate<String> used) {
        return shelf(identifier).removeUnused(used);
    }

    /** Removes what builds that were killed have left, of runtimes that nobody is building now. */
    public void removeInterrupted() {
        shelves.values().forEach(ImageShelf::removeInterrupted);
    }

    private ImageShelf shelf(String identifier) {
        ImageShelf shelf = shelves.get(identifier);
        if (shelf == null) {
            throw new RuntimeImageException(
                    "There is no recipe for the runtime "
                            + identifier
                            + "; there are "
                            + catalog.all().stream().map(ManagedRuntime::identifier).toList());
        }
        return shelf;
    }
}
