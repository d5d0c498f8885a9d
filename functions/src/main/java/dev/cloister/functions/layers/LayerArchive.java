package dev.cloister.functions.layers;

import java.util.Base64;
import java.util.HexFormat;

/**
 * The uploaded archive of a layer version.
 *
 * @param sha256 64 hex digits
 * @param zipSize in bytes
 * @param unzippedSize bytes of all its files
 */
public record LayerArchive(String sha256, long zipSize, long unzippedSize) {
    /** As AWS shows it: base64 of the digest's bytes. */
    public String codeSha256() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
    }
}
