package dev.cloister.functions.layers;

import dev.cloister.functions.signing.CodeSignature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The uploaded archive of a layer version.
 *
 * @param sha256 64 hex digits
 * @param zipSize in bytes
 * @param unzippedSize bytes of all its files
 * @param signature who has signed it, if anybody known
 */
public record LayerArchive(
        String sha256, long zipSize, long unzippedSize, Optional<CodeSignature> signature) {
    /** As AWS shows it: base64 of the digest's bytes. */
    public String codeSha256() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
    }
}
