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
import java.util.function.Function;

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
    Held code(FunctionKey key, VersionContent content)
            throws IOException, BadArchiveException, InterruptedException {
        VersionContent.Code code = content.code();
        Optional<String> keyArn = CodeArtifact.imageKey(content);
        return hold(
                index.imageOf(key, code.zipSha256(), keyArn),
                () -> {
                    try (InputStream archive = shelf.open(CodeArtifact.zip(key, code))) {
                        return packager.build(archive);
                    }
                },
                packed -> new Image(packed.sha256(), packed.size(), keyArn),
                image -> CodeArtifact.image(key, image));
    }

    /** The one image of a version's layers, of which there is at least one. */
    Held layers(FunctionKey key, LayerStack stack)
            throws IOException, BadArchiveException, InterruptedException {
        List<ZipSource> archives =
                stack.layers().stream().<ZipSource>map(layer -> () -> open(layer)).toList();
        return hold(
                index.imageOf(key.account(), stack.digests()),
                () -> packager.buildLayers(archives),
                packed -> new Image(packed.sha256(), packed.size(), Optional.empty()),
                image -> CodeArtifact.layersImage(key.account(), image));
    }

    private InputStream open(LayerStack.Layer layer) throws IOException {
        return shelf.open(ArtifactShelf.zipId(layer.owner(), layer.sha256()), layer.sha256());
    }

    private interface Build {
        PackedImage run() throws IOException, BadArchiveException, InterruptedException;
    }

    private Held hold(
            Optional<Image> known,
            Build build,
            Function<PackedImage, Image> named,
            Function<Image, CodeArtifact> stored)
            throws IOException, BadArchiveException, InterruptedException {
        if (known.isPresent()) {
            ArtifactId id = stored.apply(known.get()).id();
            Held held = pinned(id, known.get());
            // The version that has it may have been deleted before the pin was in.
            if (shelf.has(id)) {
                return held;
            }
            held.close();
        }
        parallel.acquire();
        try (PackedImage packed = build.run()) {
            Image image = named.apply(packed);
            CodeArtifact artifact = stored.apply(image);
            Held held = pinned(artifact.id(), image);
            boolean done = false;
            try {
                shelf.store(artifact, () -> Files.newInputStream(packed.file()));
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

    private Held pinned(ArtifactId id, Image image) {
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
