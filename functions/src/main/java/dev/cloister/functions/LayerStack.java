package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.functions.signing.CodeSignature;
import java.util.List;
import java.util.Optional;

/**
 * The layers of a version in order, and the one image made of them, in which a later layer's files
 * stand before an earlier one's. Immutable. It holds everything that a function needs of its
 * layers: it goes on working when they are deleted.
 *
 * @param layers at most five
 * @param image empty until it has been built, and where there are no layers
 */
public record LayerStack(List<Layer> layers, Optional<VersionContent.Image> image) {
    /** No layers. */
    static final LayerStack NONE = new LayerStack(List.of(), Optional.empty());

    public LayerStack {
        layers = List.copyOf(layers);
    }

    /**
     * A layer version as it was when the function got it.
     *
     * @param account that owns it, 12 digits
     * @param sha256 of its archive, 64 hex digits
     * @param zipSize in bytes
     * @param unzippedSize bytes of all its files
     * @param signature who had signed its archive, if anybody known
     */
    public record Layer(
            String arn,
            String account,
            String sha256,
            long zipSize,
            long unzippedSize,
            Optional<CodeSignature> signature) {
        AccountId owner() {
            return new AccountId(account);
        }
    }

    boolean isEmpty() {
        return layers.isEmpty();
    }

    LayerStack withImage(Optional<VersionContent.Image> newImage) {
        return new LayerStack(layers, newImage);
    }

    /** What decides the image's content: the archives in order. */
    List<String> digests() {
        return layers.stream().map(Layer::sha256).toList();
    }

    long unzippedSize() {
        return layers.stream().mapToLong(Layer::unzippedSize).sum();
    }
}
