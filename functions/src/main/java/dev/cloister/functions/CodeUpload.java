package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.functions.code.BadArchiveException;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes uploaded archives in: checked, then stored once per account. Thread-safe. */
final class CodeUpload {
    static final String UNREADABLE =
            "Could not unzip uploaded file. Please check your file, then try to upload again.";
    private static final Logger LOG = LoggerFactory.getLogger(CodeUpload.class);

    private final CodePackager packager;
    private final ArtifactShelf shelf;

    CodeUpload(CodePackager packager, ArtifactShelf shelf) {
        this.packager = packager;
        this.shelf = shelf;
    }

    /**
     * Checks an archive and names it.
     *
     * @throws AwsError if it must not be used
     */
    VersionContent.Code check(byte[] zip) {
        long max = packager.limits().maxZipped();
        if (zip.length > max) {
            throw LambdaErrors.tooLarge("Zipped size must be smaller than " + max + " bytes");
        }
        try {
            packager.check(zip);
        } catch (BadArchiveException e) {
            LOG.debug("an upload was refused: {}", e.getMessage());
            throw switch (e.problem()) {
                case UNREADABLE -> LambdaErrors.invalidParameter(UNREADABLE);
                case EMPTY ->
                        LambdaErrors.invalidParameter("Uploaded file must be a non-empty zip");
                case TOO_LARGE ->
                        LambdaErrors.invalidParameter(
                                "Unzipped size must be smaller than "
                                        + packager.limits().maxUnzipped()
                                        + " bytes");
            };
        } catch (CodePackager.BusyException e) {
            throw LambdaErrors.tooManyRequests();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw LambdaErrors.service("The server is stopping.");
        }
        return new VersionContent.Code(sha256(zip), zip.length, Optional.empty());
    }

    /** Stores a checked archive; close the pin when the version that needs it is visible. */
    ArtifactShelf.Pin store(FunctionKey key, VersionContent.Code code, byte[] zip) {
        ArtifactId id = ArtifactShelf.zipId(key.account(), code.zipSha256());
        ArtifactShelf.Pin pin = shelf.pin(id);
        boolean done = false;
        try {
            shelf.store(id, key, () -> new ByteArrayInputStream(zip));
            done = true;
            return pin;
        } catch (IOException e) {
            LOG.error("the archive of {} can't be stored", key.arn(), e);
            throw LambdaErrors.service("The code can't be stored.");
        } finally {
            if (!done) {
                pin.close();
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
