package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Builds runtime images from Debian packages (and npm's, for Node.js) and keeps them in one folder,
 * which several processes may share. Needs root, {@code mmdebstrap} and {@code mkfs.erofs}, for
 * Node.js also {@code npm}. Thread-safe; callers of one runtime share one build.
 */
public final class DebianRuntimeImages implements RuntimeImages {
    private final RuntimeCatalog catalog;
    private final HostTools tools;
    private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();

    /** One runtime's place: its recipe, its images, and the lock that a build holds. */
    private record Shelf(
            Recipe recipe, String digest, ImageFolder images, ReentrantLock building) {}

    /**
     * @param folder where images are kept; made when the first one is built
     */
    public DebianRuntimeImages(Path folder, RuntimeCatalog catalog, HostTools tools) {
        this.catalog = catalog;
        this.tools = tools;
        for (ManagedRuntime runtime : catalog.all()) {
            Recipe recipe = Recipes.of(runtime);
            ImageFolder images = new ImageFolder(folder.toAbsolutePath(), runtime);
            shelves.put(
                    runtime.identifier(),
                    new Shelf(recipe, recipe.digest(), images, new ReentrantLock()));
        }
    }

    @Override
    public RuntimeImage ensure(String identifier, Consumer<String> progress) {
        Shelf shelf = shelf(identifier);
        Optional<RuntimeImage> ready = current(shelf);
        return ready.orElseGet(() -> build(shelf, progress, false));
    }

    /**
     * Builds an image from the packages that are current now, and makes it the new version unless
     * every package is the one that the current version has: how security updates arrive.
     *
     * @return the version that is current then
     * @throws RuntimeImageException as {@link #ensure}; the current version stays as it was
     */
    public RuntimeImage update(String identifier, Consumer<String> progress) {
        return build(shelf(identifier), progress, true);
    }

    @Override
    public Optional<RuntimeImage> find(String identifier) {
        return Optional.ofNullable(shelves.get(identifier)).flatMap(DebianRuntimeImages::current);
    }

    @Override
    public List<RuntimeImage> built() {
        return catalog.all().stream()
                .map(runtime -> shelf(runtime.identifier()).images())
                .flatMap(images -> images.versions().stream().map(images::image))
                .toList();
    }

    private Shelf shelf(String identifier) {
        Shelf shelf = shelves.get(identifier);
        if (shelf == null) {
            throw new RuntimeImageException(
                    "There is no recipe for the runtime "
                            + identifier
                            + "; there are "
                            + catalog.all().stream().map(ManagedRuntime::identifier).toList());
        }
        return shelf;
    }

    private static Optional<RuntimeImage> current(Shelf shelf) {
        return currentManifest(shelf).map(shelf.images()::image);
    }

    private static Optional<Manifest> currentManifest(Shelf shelf) {
        return shelf.images().versions().stream()
                .filter(manifest -> manifest.recipeDigest().equals(shelf.digest()))
                .reduce((older, newer) -> newer);
    }

    private RuntimeImage build(Shelf shelf, Consumer<String> progress, boolean evenIfCurrent) {
        Path folder = shelf.images().path();
        shelf.building().lock();
        try {
            Files.createDirectories(folder);
            try (FileChannel channel =
                            FileChannel.open(
                                    folder.resolve(".lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                // Another process may have built it while this one waited.
                Optional<RuntimeImage> ready = current(shelf);
                if (held.isValid() && ready.isPresent() && !evenIfCurrent) {
                    return ready.get();
                }
                return buildAlone(shelf, progress);
            }
        } catch (IOException e) {
            throw new RuntimeImageException(
                    "Can't build the image of "
                            + shelf.recipe().runtime().identifier()
                            + " in "
                            + folder
                            + ": "
                            + e,
                    e);
        } finally {
            shelf.building().unlock();
        }
    }

    private RuntimeImage buildAlone(Shelf shelf, Consumer<String> progress) throws IOException {
        requireRoot();
        ImageFolder images = shelf.images();
        Path scratch = images.path().resolve(".build");
        // What a build that was killed left behind; the lock says that nobody uses it.
        RootTree.delete(scratch);
        Path finished = Files.createDirectories(scratch.resolve("finished"));
        Path log = images.path().resolve("build.log");
        Files.deleteIfExists(log);
        try {
            int number = images.nextNumber();
            Path image = finished.resolve(ImageFolder.IMAGE);
            Map<String, String> packages =
                    new ImageBuild(tools, scratch, new BuildCommands(tools, log))
                            .build(shelf.recipe(), image, progress);
            Optional<Manifest> before = currentManifest(shelf);
            if (before.isPresent() && before.get().packages().equals(packages)) {
                progress.accept(before.get().version() + " has every package's latest version");
                return images.image(before.get());
            }
            Manifest manifest = manifest(shelf, number, image, packages);
            manifest.write(finished);
            Files.move(log, finished.resolve("build.log"));
            images.publish(finished, number);
            progress.accept(manifest.version() + " is ready");
            return images.image(manifest);
        } finally {
            RootTree.delete(scratch);
        }
    }

    private static Manifest manifest(
            Shelf shelf, int number, Path image, Map<String, String> packages) throws IOException {
        Recipe recipe = shelf.recipe();
        return new Manifest(
                recipe.runtime().identifier(),
                recipe.versionName() + ".v" + number,
                shelf.digest(),
                ImageFolder.sha256(image),
                Files.size(image),
                Instant.now(),
                packages,
                recipe.command(),
                recipe.environment(),
                recipe.canPrepare());
    }

    /** Files of an image belong to root, and programs run inside it by chroot(2). */
    private static void requireRoot() throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new RuntimeImageException(
                    "Runtime images can be built by root only. Run the command with sudo once;"
                            + " built images can be read by everybody.");
        }
    }
}
