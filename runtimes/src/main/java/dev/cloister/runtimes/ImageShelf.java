package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeUpdates.When;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One runtime's place: its recipe, its images, and the lock that whoever changes them holds, in
 * this process and among processes. Thread-safe.
 */
final class ImageShelf {
    private final Recipe recipe;
    private final String digest;
    private final ImageFolder images;
    private final HostTools tools;
    private final ReentrantLock changing = new ReentrantLock();

    ImageShelf(Recipe recipe, ImageFolder images, HostTools tools) {
        this.recipe = recipe;
        this.digest = recipe.digest();
        this.images = images;
        this.tools = tools;
    }

    ImageFolder images() {
        return images;
    }

    /** The newest version of the recipe as it is. */
    Optional<RuntimeImage> current() {
        return currentManifest().map(images::image);
    }

    private Optional<Manifest> currentManifest() {
        return images.versions().stream()
                .filter(manifest -> manifest.recipeDigest().equals(digest))
                .reduce((_, newer) -> newer);
    }

    /** Builds the first version, untried: nothing could be used in its place. */
    RuntimeImage buildFirst(Consumer<String> progress) {
        return locked(
                () -> {
                    // Another process may have built it while this one waited.
                    Optional<RuntimeImage> ready = current();
                    if (ready.isPresent()) {
                        return ready.get();
                    }
                    int number = images.nextNumber();
                    return inScratch(
                            scratch -> {
                                Built built = build(scratch, number, progress);
                                built.manifest.write(built.folder);
                                images.publish(built.folder, number);
                                progress.accept(built.manifest.version() + " is ready");
                                return images.image(built.manifest);
                            });
                });
    }

    /** What the current image lacks. */
    List<PackageChange> available(Consumer<String> progress) {
        return locked(() -> currentManifest().map(now -> changes(now, progress)).orElse(List.of()));
    }

    UpdateOutcome update(When when, ImageTrial trial, Consumer<String> progress) {
        return locked(
                () -> {
                    Optional<Manifest> before = currentManifest();
                    if (before.isPresent()
                            && when == When.PACKAGES_CHANGED
                            && changes(before.get(), progress).isEmpty()) {
                        return new UpdateOutcome.Current(images.image(before.get()));
                    }
                    return inScratch(scratch -> update(scratch, before, trial, progress));
                });
    }

    private UpdateOutcome update(
            Path scratch, Optional<Manifest> before, ImageTrial trial, Consumer<String> progress)
            throws IOException {
        int number = images.nextNumber();
        Built built = build(scratch, number, progress);
        built.manifest.write(built.folder, Manifest.UNTRIED_NAME);
        images.publish(built.folder, number);
        Optional<RuntimeImage> old = before.map(images::image);
        List<String> failures = List.of("the trial did not end");
        try {
            progress.accept(built.manifest.version() + ": trying it");
            failures = trial.failures(images.image(built.manifest), progress);
        } finally {
            if (!failures.isEmpty()) {
                images.reject(number, String.join("\n", failures));
            }
        }
        if (!failures.isEmpty()) {
            return new UpdateOutcome.Rejected(built.manifest.version(), failures, old);
        }
        images.release(number);
        progress.accept(built.manifest.version() + " is ready");
        return new UpdateOutcome.Released(
                images.image(built.manifest),
                old,
                PackageChange.between(
                        before.map(Manifest::packages).orElse(Map.of()),
                        built.manifest.packages()));
    }

    private List<PackageChange> changes(Manifest now, Consumer<String> progress) {
        return inScratch(
                scratch -> {
                    progress.accept(now.version() + ": asking for newer packages");
                    return PackageCheck.changes(
                            now.packages(), new PackageCheck(tools, scratch).offered(recipe));
                });
    }

    List<String> removeUnused(Predicate<String> used) {
        return locked(
                () -> {
                    List<Manifest> all = images.versions();
                    Optional<Manifest> current = currentManifest();
                    List<String> removed = new ArrayList<>();
                    // The last is the newest; it and the one before it stay.
                    for (Manifest old : all.subList(0, Math.max(0, all.size() - 2))) {
                        if (!used.test(old.imageSha256()) && !current.equals(Optional.of(old))) {
                            images.remove(old);
                            removed.add(old.version());
                        }
                    }
                    return removed;
                });
    }

    /** Removes what a killed process left, unless another one is at work: that one does it. */
    void removeInterrupted() {
        if (!Files.isWritable(images.path()) || !changing.tryLock()) {
            return;
        }
        try {
            reported(
                    () -> {
                        try (FileChannel channel = lockFile();
                                FileLock held = channel.tryLock()) {
                            if (held != null) {
                                images.rejectInterrupted();
                                RootTree.delete(scratch());
                            }
                            return images;
                        }
                    });
        } finally {
            changing.unlock();
        }
    }

    private FileChannel lockFile() throws IOException {
        return FileChannel.open(
                images.path().resolve(".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    private Path scratch() {
        return images.path().resolve(".build");
    }

    /** A finished image in its folder, which is not a version yet. */
    private record Built(Path folder, Manifest manifest) {}

    private Built build(Path scratch, int number, Consumer<String> progress) throws IOException {
        requireRoot();
        Path finished = Files.createDirectories(scratch.resolve("finished"));
        Path log = images.path().resolve("build.log");
        Files.deleteIfExists(log);
        Path image = finished.resolve(ImageFolder.IMAGE);
        String version = recipe.versionName() + ".v" + number;
        Map<String, String> packages =
                new ImageBuild(tools, scratch, new BuildCommands(tools, log))
                        .build(recipe, version, image, progress);
        Files.move(log, finished.resolve("build.log"));
        return new Built(
                finished,
                new Manifest(
                        recipe.runtime().identifier(),
                        version,
                        digest,
                        ImageFolder.sha256(image),
                        Files.size(image),
                        Instant.now(),
                        packages,
                        recipe.command(),
                        recipe.environment(),
                        recipe.canPrepare()));
    }

    /** Something done with files. */
    private interface Work<T> {
        T run() throws IOException;
    }

    private interface ScratchWork<T> {
        T run(Path scratch) throws IOException;
    }

    private <T> T inScratch(ScratchWork<T> work) {
        Path scratch = scratch();
        return reported(
                () -> {
                    // What a build that was killed left behind; the lock says that nobody uses it.
                    RootTree.delete(scratch);
                    Files.createDirectories(scratch);
                    try {
                        return work.run(scratch);
                    } finally {
                        RootTree.delete(scratch);
                    }
                });
    }

    private <T> T locked(Work<T> work) {
        changing.lock();
        try {
            return reported(
                    () -> {
                        Files.createDirectories(images.path());
                        try (FileChannel channel = lockFile();
                                FileLock held = channel.lock()) {
                            if (!held.isValid()) {
                                throw new IOException("the lock was lost at once");
                            }
                            images.rejectInterrupted();
                            return work.run();
                        }
                    });
        } finally {
            changing.unlock();
        }
    }

    private <T> T reported(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new RuntimeImageException(
                    "Can't change the images of "
                            + recipe.runtime().identifier()
                            + " in "
                            + images.path()
                            + ": "
                            + e,
                    e);
        }
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
