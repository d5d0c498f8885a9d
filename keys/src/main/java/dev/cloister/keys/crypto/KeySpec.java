package dev.cloister.keys.crypto;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The key specs of KMS that this platform has, by KMS's own names, with what each can do (KMS
 * Developer Guide, "Key spec reference").
 */
public enum KeySpec {
    SYMMETRIC_DEFAULT(Family.SYMMETRIC, "AES", 256),
    HMAC_224(Family.HMAC, "HmacSHA224", 224),
    HMAC_256(Family.HMAC, "HmacSHA256", 256),
    HMAC_384(Family.HMAC, "HmacSHA384", 384),
    HMAC_512(Family.HMAC, "HmacSHA512", 512),
    RSA_2048(Family.RSA, "RSA", 2048),
    RSA_3072(Family.RSA, "RSA", 3072),
    RSA_4096(Family.RSA, "RSA", 4096),
    ECC_NIST_P256(Family.ELLIPTIC_CURVE, "secp256r1", 256),
    ECC_NIST_P384(Family.ELLIPTIC_CURVE, "secp384r1", 384),
    ECC_NIST_P521(Family.ELLIPTIC_CURVE, "secp521r1", 521),
    ECC_SECG_P256K1(Family.ELLIPTIC_CURVE, "secp256k1", 256),
    ML_DSA_44(Family.ML_DSA, "ML-DSA-44", 0),
    ML_DSA_65(Family.ML_DSA, "ML-DSA-65", 0),
    ML_DSA_87(Family.ML_DSA, "ML-DSA-87", 0);

    private final Family family;
    private final String algorithm;
    private final int bits;

    KeySpec(Family family, String algorithm, int bits) {
        this.family = family;
        this.algorithm = algorithm;
        this.bits = bits;
    }

    /** The spec of a name; nothing for a spec that KMS has and this platform has not. */
    public static Optional<KeySpec> named(String name) {
        return Arrays.stream(values()).filter(spec -> spec.name().equals(name)).findFirst();
    }

    Family family() {
        return family;
    }

    /** The JCA's name of the algorithm, or of the curve. */
    String algorithm() {
        return algorithm;
    }

    int bits() {
        return bits;
    }

    /** Whether a key has a public half. */
    public boolean isAsymmetric() {
        return switch (family) {
            case SYMMETRIC, HMAC -> false;
            case RSA, ELLIPTIC_CURVE, ML_DSA -> true;
        };
    }

    /** The usages of which a key of this spec has one. */
    public List<KeyUsage> usages() {
        return switch (family) {
            case SYMMETRIC -> List.of(KeyUsage.ENCRYPT_DECRYPT);
            case HMAC -> List.of(KeyUsage.GENERATE_VERIFY_MAC);
            case RSA -> List.of(KeyUsage.ENCRYPT_DECRYPT, KeyUsage.SIGN_VERIFY);
            case ELLIPTIC_CURVE ->
                    this == ECC_SECG_P256K1
                            ? List.of(KeyUsage.SIGN_VERIFY)
                            : List.of(KeyUsage.SIGN_VERIFY, KeyUsage.KEY_AGREEMENT);
            case ML_DSA -> List.of(KeyUsage.SIGN_VERIFY);
        };
    }

    /** The encryption algorithms of a key of this spec for ENCRYPT_DECRYPT. */
    public List<String> encryptionAlgorithms() {
        return switch (family) {
            case SYMMETRIC -> List.of("SYMMETRIC_DEFAULT");
            case RSA -> List.of("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256");
            case HMAC, ELLIPTIC_CURVE, ML_DSA -> List.of();
        };
    }

    /** The signing algorithms of a key of this spec for SIGN_VERIFY. */
    public List<SigningAlgorithm> signingAlgorithms() {
        return switch (this) {
            case SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512 -> List.of();
            case RSA_2048, RSA_3072, RSA_4096 ->
                    List.of(
                            SigningAlgorithm.RSASSA_PKCS1_V1_5_SHA_256,
                            SigningAlgorithm.RSASSA_PKCS1_V1_5_SHA_384,
                            SigningAlgorithm.RSASSA_PKCS1_V1_5_SHA_512,
                            SigningAlgorithm.RSASSA_PSS_SHA_256,
                            SigningAlgorithm.RSASSA_PSS_SHA_384,
                            SigningAlgorithm.RSASSA_PSS_SHA_512);
            case ECC_NIST_P256, ECC_SECG_P256K1 -> List.of(SigningAlgorithm.ECDSA_SHA_256);
            case ECC_NIST_P384 -> List.of(SigningAlgorithm.ECDSA_SHA_384);
            case ECC_NIST_P521 -> List.of(SigningAlgorithm.ECDSA_SHA_512);
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> List.of(SigningAlgorithm.ML_DSA_SHAKE_256);
        };
    }

    /** The MAC algorithms of a key of this spec. */
    public List<String> macAlgorithms() {
        return family == Family.HMAC ? List.of("HMAC_SHA_" + bits) : List.of();
    }

    /** How the material of such keys is made and used. */
    enum Family {
        SYMMETRIC,
        HMAC,
        RSA,
        ELLIPTIC_CURVE,
        ML_DSA
    }
}
