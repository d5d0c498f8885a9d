package dev.cloister.identity.federation;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** The signature algorithms that STS takes (RFC 7518, section 3); {@code none} is none of them. */
enum TokenAlgorithm {
    RS256("SHA256withRSA", 0),
    RS384("SHA384withRSA", 0),
    RS512("SHA512withRSA", 0),
    ES256("SHA256withECDSAinP1363Format", 256),
    ES384("SHA384withECDSAinP1363Format", 384),
    ES512("SHA512withECDSAinP1363Format", 521);

    private final String ofJdk;
    private final int curveBits;

    TokenAlgorithm(String ofJdk, int curveBits) {
        this.ofJdk = ofJdk;
        this.curveBits = curveBits;
    }

    static Optional<TokenAlgorithm> find(String name) {
        for (TokenAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** Whether a key is one of this algorithm, so that a token can't choose another. */
    boolean fits(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> curveBits == 0;
            case ECPublicKey curve ->
                    curve.getParams().getCurve().getField().getFieldSize() == curveBits;
            default -> false;
        };
    }

    boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ofJdk);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (java.security.SignatureException e) {
            return false; // a signature of another length or form than the algorithm's
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ofJdk, e);
        }
    }
}
