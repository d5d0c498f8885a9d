package dev.cloister.signer;

import dev.cloister.signer.archive.SignatureClaims;
import java.util.Optional;

/** What the examination of an archive found; what follows from it is the caller's to say. */
public sealed interface Finding {

    /** No signature. */
    record Unsigned() implements Finding {}

    /**
     * A signature that is malformed or forged, or an archive that was changed after signing.
     *
     * @param reason for the log
     */
    record Broken(String reason) implements Finding {}

    /**
     * The archive is what was signed, by somebody whom this installation does not know.
     *
     * @param claims not confirmed by anybody
     */
    record Foreign(SignatureClaims claims) implements Finding {}

    /**
     * The archive is what one of this installation's profiles has signed.
     *
     * @param revocation why the signature is good no more, if it was revoked; whether it has
     *     expired is in the claims
     */
    record Signed(SignatureClaims claims, Optional<String> revocation) implements Finding {}
}
