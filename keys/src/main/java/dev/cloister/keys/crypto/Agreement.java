package dev.cloister.keys.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** Elliptic curve Diffie-Hellman (NIST SP 800-56A, section 5.7.1.2): the raw shared secret. */
public final class Agreement {
    private Agreement() {}

    /** The secret; nothing if the other side's key is not a valid one on the key's curve. */
    public static Optional<byte[]> derive(KeySpec spec, KeyMaterial key, byte[] otherPublicKey) {
        try {
            PublicKey other = KeyPairs.publicKey(spec, otherPublicKey);
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(KeyPairs.privateKey(spec, key));
            agreement.doPhase(other, true);
            return Optional.of(agreement.generateSecret());
        } catch (InvalidKeySpecException | InvalidKeyException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ECDH failed", e);
        }
    }
}
