package dev.cloister.functions;

import dev.cloister.functions.signing.CodeSignature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Everything that an environment of a version depends on: configuration and code. Immutable; an
 * edit makes a new one with a new {@code id}.
 *
 * @param id unique; what {@link VersionSnapshot#revision} shows
 * @param timeoutSeconds of one invocation
 */
public record VersionContent(
        String id,
        String description,
        String role,
        String runtime,
        String handler,
        int timeoutSeconds,
        int memoryMegabytes,
        int ephemeralStorageMegabytes,
        String architecture,
        EnvironmentVariables environment,
        VersionSnapshot.Logging logging,
        FunctionOptions options,
        LayerStack layers,
        Code code) {

    /** Whether publishing it would make a version that differs from {@code other}. */
    boolean sameAs(VersionContent other) {
        return unmarked().equals(other.unmarked());
    }

    private VersionContent unmarked() {
        return withId("")
                .withCode(
                        new Code(
                                code.zipSha256,
                                code.zipSize,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()))
                .withLayers(layers.withImage(Optional.empty()));
    }

    VersionContent withId(String newId) {
        return copy(newId, description, architecture, options, layers, code);
    }

    VersionContent withDescription(String newDescription) {
        return copy(id, newDescription, architecture, options, layers, code);
    }

    VersionContent withArchitecture(String newArchitecture) {
        return copy(id, description, newArchitecture, options, layers, code);
    }

    VersionContent withCode(Code newCode) {
        return copy(id, description, architecture, options, layers, newCode);
    }

    VersionContent withLayers(LayerStack newLayers) {
        return copy(id, description, architecture, options, newLayers, code);
    }

    VersionContent withOptions(FunctionOptions newOptions) {
        return copy(id, description, architecture, newOptions, layers, code);
    }

    /** This one with other values of all that changes alone. */
    private VersionContent copy(
            String newId,
            String newDescription,
            String newArchitecture,
            FunctionOptions newOptions,
            LayerStack newLayers,
            Code newCode) {
        return new VersionContent(
                newId,
                newDescription,
                role,
                runtime,
                handler,
                timeoutSeconds,
                memoryMegabytes,
                ephemeralStorageMegabytes,
                newArchitecture,
                environment,
                logging,
                newOptions,
                newLayers,
                newCode);
    }

    /**
     * The uploaded archive and the image made of it.
     *
     * @param zipSha256 64 hex digits
     * @param zipSize in bytes
     * @param unzippedSize bytes of all its files; empty where an earlier release stored it
     * @param image empty until it has been built
     * @param signature who has signed the archive, if anybody known
     * @param keyArn the customer's key that the archive is stored under, if it is
     */
    public record Code(
            String zipSha256,
            long zipSize,
            Optional<Long> unzippedSize,
            Optional<Image> image,
            Optional<CodeSignature> signature,
            Optional<String> keyArn) {
        /** As AWS shows it: base64 of the digest's bytes. */
        public String codeSha256() {
            return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(zipSha256));
        }

        Code withImage(Optional<Image> newImage) {
            return new Code(zipSha256, zipSize, unzippedSize, newImage, signature, keyArn);
        }

        Code withSignature(Optional<CodeSignature> newSignature) {
            return new Code(zipSha256, zipSize, unzippedSize, image, newSignature, keyArn);
        }

        Code under(Optional<String> newKeyArn) {
            return new Code(zipSha256, zipSize, unzippedSize, image, signature, newKeyArn);
        }
    }

    /**
     * A built erofs image.
     *
     * @param sha256 64 hex digits
     * @param size in bytes
     * @param keyArn the customer's key that it is stored under, if it is
     */
    public record Image(String sha256, long size, Optional<String> keyArn) {}
}
