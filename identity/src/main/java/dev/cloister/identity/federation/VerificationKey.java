package dev.cloister.identity.federation;

import java.security.PublicKey;
import java.util.Optional;

/**
 * An issuer's public key.
 *
 * @param id the {@code kid} by which tokens name it
 * @param algorithm the only algorithm that it is for, if the issuer says so
 */
record VerificationKey(Optional<String> id, PublicKey key, Optional<String> algorithm) {
    boolean fits(TokenAlgorithm wanted) {
        return wanted.fits(key) && algorithm.map(wanted.name()::equals).orElse(true);
    }
}
