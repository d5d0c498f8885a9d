package dev.cloister.functions;

import dev.cloister.functions.VersionContent.Image;
import dev.cloister.functions.code.BadArchiveException;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.functions.code.CodePackager.ZipSource;
import dev.cloister.functions.code.PackedImage;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Makes the images of code and layers, each once per account: what another version of the account
 * has of the same archives is taken. Thread-safe.
 */
final class ImageShelf {
    private final FunctionIndex index;
    private final ArtifactShelf shelf;
    private final CodePackager packager;
    private final Semaphore parallel;

    ImageShelf(
            FunctionIndex index, ArtifactShelf shelf, CodePackager packager, int parallelBuilds) {
        this.index = index;
        this.shelf = shelf;
        this.packager = packager;
        this.parallel = new Semaphore(parallelBuilds);
    }

    /** An image that stays stored while this is open; closed once its version is visible. */
    interface Held extends AutoCloseable {
        Image image();

        @Override
        void close();
    }

    /** The image of a version's code. */
    Held code(FunctionKey key, VersionContent.Code code)
            throws IOException, BadArchiveException, InterruptedException {
        return hold(
                key,
                index.imageOf(key.account(), code.zipSha256()),
                () -> {
                    ArtifactId id = ArtifactShelf.zipId(key.account(), code.zipSha256());
                    try (InputStream archive = shelf.open(id, code.zipSha256())) {
                        return packager.build(archive);
                    }
                });
    }

    /** The one image of a version's layers, of which there is at least one. */
    Held layers(FunctionKey key, LayerStack stack)
            throws IOException, BadArchiveException, InterruptedException {
        List<ZipSource> archives =
                stack.layers().stream().<ZipSource>map(layer -> () -> open(layer)).toList();
        return hold(
                key,
                index.imageOf(key.account(), stack.digests()),
                () -> packager.buildLayers(archives));
    }

    private InputStream open(LayerStack.Layer layer) throws IOException {
        return shelf.open(ArtifactShelf.zipId(layer.owner(), layer.sha256()), layer.sha256());
    }

    private interface Build {
        PackedImage run() throws IOException, BadArchiveException, InterruptedException;
    }

    private Held hold(FunctionKey key, Optional<Image> known, Build build)
            throws IOException, BadArchiveException, InterruptedException {
        if (known.isPresent()) {
            Held held = pinned(key, known.get());
            // The version that has it may have been deleted before the pin was in.
            if (shelf.has(ArtifactShelf.imageId(key.account(), known.get().sha256()))) {
                return held;
            }
            held.close();
        }
        parallel.acquire();
        try (PackedImage packed = build.run()) {
            Held held = pinned(key, new Image(packed.sha256(), packed.size()));
            boolean done = false;
            try {
                shelf.store(
                        ArtifactShelf.imageId(key.account(), packed.sha256()),
                        key.account(),
                        () -> Files.newInputStream(packed.file()));
                done = true;
                return held;
            } finally {
                if (!done) {
                    held.close();
                }
            }
        } finally {
            parallel.release();
        }
    }

    private Held pinned(FunctionKey key, Image image) {
        ArtifactId id = ArtifactShelf.imageId(key.account(), image.sha256());
        ArtifactShelf.Pin pin = shelf.pin(id);
        return new Held() {
            @Override
            public Image image() {
                return image;
            }

            @Override
            public void close() {
                pin.close();
                // The version may have gone meanwhile; then nothing needs its image.
                shelf.collect(Set.of(id), index::needed);
            }
        };
    }
}
