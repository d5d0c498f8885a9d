package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A function's archive or image as it is stored. Under the account's key one content is stored once
 * for all functions; under a customer's KMS key it is the function's own, for its ARN is in the
 * encryption context that the key's policy may ask for (Developer Guide, "Encrypting Lambda .zip
 * deployment packages").
 *
 * @param context of encryption, besides the artifact's name
 * @param sha256 of the content, 64 hex digits
 */
record CodeArtifact(ArtifactId id, KeyRef key, Map<String, String> context, String sha256) {
    private static final int TAG_BYTES = 8;

    CodeArtifact {
        context = Map.copyOf(context);
    }

    static CodeArtifact zip(FunctionKey function, VersionContent.Code code) {
        ArtifactId plain = ArtifactShelf.zipId(function.account(), code.zipSha256());
        return of(function, plain, code.keyArn(), code.zipSha256());
    }

    static CodeArtifact image(FunctionKey function, VersionContent.Image image) {
        ArtifactId plain = ArtifactShelf.imageId(function.account(), image.sha256());
        return of(function, plain, image.keyArn(), image.sha256());
    }

    static CodeArtifact layer(AccountId account, String sha256) {
        return new CodeArtifact(
                ArtifactShelf.zipId(account, sha256),
                EnvironmentSeal.keyOf(account),
                Map.of(),
                sha256);
    }

    /** The one image of a function's layers, which customers' keys are not for. */
    static CodeArtifact layersImage(AccountId account, VersionContent.Image image) {
        return new CodeArtifact(
                ArtifactShelf.imageId(account, image.sha256()),
                EnvironmentSeal.keyOf(account),
                Map.of(),
                image.sha256());
    }

    /** The content's digest, and what tells it from others of that digest. */
    String name() {
        return id.value().substring(id.value().indexOf(sha256));
    }

    /** The stored things of a content that are not its layers'. */
    static Set<ArtifactId> needed(FunctionKey function, VersionContent content) {
        Set<ArtifactId> ids = new HashSet<>();
        ids.add(zip(function, content.code()).id);
        content.code().image().ifPresent(image -> ids.add(image(function, image).id));
        return ids;
    }

    /** What a version's image is under, if its archive is under a customer's key. */
    static Optional<String> imageKey(VersionContent content) {
        return content.code().keyArn().map(key -> content.options().kmsKeyArn().orElse(key));
    }

    private static CodeArtifact of(
            FunctionKey function, ArtifactId plain, Optional<String> keyArn, String sha256) {
        return keyArn.map(
                        key ->
                                new CodeArtifact(
                                        new ArtifactId(plain.value() + "-" + tag(function, key)),
                                        new KeyRef(function.account().value(), key),
                                        EnvironmentSeal.context(function),
                                        sha256))
                .orElseGet(
                        () ->
                                new CodeArtifact(
                                        plain,
                                        EnvironmentSeal.keyOf(function.account()),
                                        Map.of(),
                                        sha256));
    }

    /** Tells the artifacts of one content apart. */
    private static String tag(FunctionKey function, String keyArn) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (function.arn() + " " + keyArn)
                                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
