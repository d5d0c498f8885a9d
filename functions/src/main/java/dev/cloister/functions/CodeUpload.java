package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.functions.code.BadArchiveException;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.functions.code.Place;
import dev.cloister.storage.KeyUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
        return check(zip, Place.TASK);
    }

    /** As {@link #check}, for a layer's archive. */
    VersionContent.Code checkLayer(byte[] zip) {
        return check(zip, Place.LAYERS);
    }

    private VersionContent.Code check(byte[] zip, Place place) {
        long max = packager.limits().maxZipped();
        if (zip.length > max) {
            throw LambdaErrors.tooLarge("Zipped size must be smaller than " + max + " bytes");
        }
        long unzipped = unzipped(zip, place);
        return new VersionContent.Code(
                sha256(zip),
                zip.length,
                Optional.of(unzipped),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private long unzipped(byte[] zip, Place place) {
        try {
            return packager.check(zip, place);
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
    }

    /** Bytes of all files of code that is stored; read anew where its version does not tell. */
    long unzippedSize(AccountId account, VersionContent.Code code) {
        if (code.unzippedSize().isPresent()) {
            return code.unzippedSize().get();
        }
        String sha = code.zipSha256();
        try (InputStream in = shelf.open(ArtifactShelf.zipId(account, sha), sha)) {
            return unzipped(in.readAllBytes(), Place.TASK);
        } catch (IOException e) {
            LOG.error("the archive {} of {} can't be read", sha, account, e);
            throw LambdaErrors.service("The code can't be read.");
        }
    }

    /** Most bytes of all files, code and layers together. */
    long maxUnzipped() {
        return packager.limits().maxUnzipped();
    }

    /** Stores a checked archive; close the pin when the version that needs it is visible. */
    ArtifactShelf.Pin store(CodeArtifact artifact, byte[] zip) {
        ArtifactShelf.Pin pin = shelf.pin(artifact.id());
        boolean done = false;
        try {
            shelf.store(artifact, () -> new ByteArrayInputStream(zip));
            done = true;
            return pin;
        } catch (KeyUnavailableException e) {
            if (artifact.context().isEmpty()) {
                throw e;
            }
            throw LambdaErrors.unusableCodeKey(e.getMessage());
        } catch (IOException e) {
            LOG.error("{} can't be stored", artifact.id().value(), e);
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
