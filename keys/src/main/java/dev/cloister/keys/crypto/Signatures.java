package dev.cloister.keys.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;

/**
 * Signs and verifies. Everything but ML-DSA works on the digest, so that a message and its digest
 * give the same signature; PSS salts are as long as the digest, ECDSA signatures are DER (RFC 3279,
 * section 2.2.3), as KMS has both.
 */
public final class Signatures {
    private Signatures() {}

    /** What is signed. */
    public enum Input {
        /** The message itself. */
        MESSAGE,
        /** Its digest, made by the caller. */
        DIGEST
    }

    public static byte[] sign(
            KeySpec spec, KeyMaterial key, SigningAlgorithm algorithm, Input input, byte[] bytes) {
        try {
            PrivateKey privateKey = KeyPairs.privateKey(spec, key);
            Signature signature = signature(spec, algorithm);
            signature.initSign(privateKey);
            signature.update(signedBytes(algorithm, input, bytes));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " failed", e);
        }
    }

    /** Whether the signature is one of this key over these bytes. */
    public static boolean verify(
            KeySpec spec,
            byte[] publicKey,
            SigningAlgorithm algorithm,
            Input input,
            byte[] bytes,
            byte[] signatureBytes) {
        try {
            PublicKey key = KeyPairs.publicKey(spec, publicKey);
            Signature signature = signature(spec, algorithm);
            signature.initVerify(key);
            signature.update(signedBytes(algorithm, input, bytes));
            return signature.verify(signatureBytes);
        } catch (SignatureException notEvenItsForm) {
            return false;
        } catch (InvalidKeySpecException e) {
            throw new IllegalStateException("the stored public key is not one of " + spec, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " failed", e);
        }
    }

    private static byte[] signedBytes(SigningAlgorithm algorithm, Input input, byte[] bytes)
            throws GeneralSecurityException {
        if (!algorithm.takesDigests()) {
            return bytes;
        }
        byte[] digest =
                switch (input) {
                    case MESSAGE -> MessageDigest.getInstance(algorithm.digest()).digest(bytes);
                    case DIGEST -> bytes;
                };
        return isPkcs1(algorithm) ? digestInfo(algorithm, digest) : digest;
    }

    private static boolean isPkcs1(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512 ->
                    true;
            case RSASSA_PSS_SHA_256,
                    RSASSA_PSS_SHA_384,
                    RSASSA_PSS_SHA_512,
                    ECDSA_SHA_256,
                    ECDSA_SHA_384,
                    ECDSA_SHA_512,
                    ML_DSA_SHAKE_256 ->
                    false;
        };
    }

    /** RFC 8017, section 9.2, note 1: the digest behind the DER of its algorithm. */
    private static byte[] digestInfo(SigningAlgorithm algorithm, byte[] digest) {
        String prefix =
                switch (algorithm.digestBytes()) {
                    case 32 -> "3031300d060960864801650304020105000420";
                    case 48 -> "3041300d060960864801650304020205000430";
                    default -> "3051300d060960864801650304020305000440";
                };
        byte[] head = HexFormat.of().parseHex(prefix);
        byte[] info = new byte[head.length + digest.length];
        System.arraycopy(head, 0, info, 0, head.length);
        System.arraycopy(digest, 0, info, head.length, digest.length);
        return info;
    }

    private static Signature signature(KeySpec spec, SigningAlgorithm algorithm)
            throws GeneralSecurityException {
        return switch (algorithm) {
            case RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512 ->
                    Signature.getInstance("NONEwithRSA", KeyPairs.BOUNCY_CASTLE);
            case RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512 -> pss(algorithm);
            case ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512 ->
                    spec == KeySpec.ECC_SECG_P256K1
                            ? Signature.getInstance("NONEwithECDSA", KeyPairs.BOUNCY_CASTLE)
                            : Signature.getInstance("NONEwithECDSA");
            case ML_DSA_SHAKE_256 -> Signature.getInstance(spec.algorithm());
        };
    }

    private static Signature pss(SigningAlgorithm algorithm) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("RAWRSASSA-PSS", KeyPairs.BOUNCY_CASTLE);
        signature.setParameter(
                new PSSParameterSpec(
                        algorithm.digest(),
                        "MGF1",
                        new MGF1ParameterSpec(algorithm.digest()),
                        algorithm.digestBytes(),
                        PSSParameterSpec.TRAILER_FIELD_BC));
        return signature;
    }
}
