package dev.cloister.keys.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECNamedCurveParameterSpec;
import org.bouncycastle.jce.spec.ECPublicKeySpec;

/** Makes key material and turns its bytes into the JCA's keys and back. Thread-safe. */
public final class KeyPairs {
    /** For the curve that the JDK gave up in version 16, and for RSA signatures of digests. */
    static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private KeyPairs() {}

    /** Fresh material of a spec; 4096 bits of RSA take a second or more. */
    public static KeyMaterial generate(KeySpec spec, SecureRandom random) {
        if (!spec.isAsymmetric()) {
            byte[] secret = new byte[spec.bits() / 8];
            random.nextBytes(secret);
            return new KeyMaterial(secret, new byte[0]);
        }
        try {
            KeyPair pair = generator(spec, random).generateKeyPair();
            return new KeyMaterial(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not make a key pair of " + spec, e);
        }
    }

    private static KeyPairGenerator generator(KeySpec spec, SecureRandom random)
            throws GeneralSecurityException {
        return switch (spec.family()) {
            case RSA -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(spec.bits(), random);
                yield generator;
            }
            case ELLIPTIC_CURVE -> {
                KeyPairGenerator generator =
                        spec == KeySpec.ECC_SECG_P256K1
                                ? KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE)
                                : KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec(spec.algorithm()), random);
                yield generator;
            }
            case ML_DSA -> KeyPairGenerator.getInstance(spec.algorithm());
            case SYMMETRIC, HMAC -> throw new IllegalArgumentException(spec + " has no key pair");
        };
    }

    static PrivateKey privateKey(KeySpec spec, KeyMaterial material) {
        byte[] secret = material.secret();
        try {
            return factory(spec).generatePrivate(new PKCS8EncodedKeySpec(secret));
        } catch (GeneralSecurityException e) {
            // The cause may quote the bytes.
            throw new IllegalStateException("the stored private key is not one of " + spec);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    static PublicKey publicKey(KeySpec spec, byte[] encoded) throws InvalidKeySpecException {
        try {
            return factory(spec).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key factory for " + spec, e);
        }
    }

    private static KeyFactory factory(KeySpec spec) throws GeneralSecurityException {
        return switch (spec.family()) {
            case RSA -> KeyFactory.getInstance("RSA");
            case ELLIPTIC_CURVE ->
                    spec == KeySpec.ECC_SECG_P256K1
                            ? KeyFactory.getInstance("EC", BOUNCY_CASTLE)
                            : KeyFactory.getInstance("EC");
            case ML_DSA -> KeyFactory.getInstance(spec.algorithm());
            case SYMMETRIC, HMAC -> throw new IllegalArgumentException(spec + " has no key pair");
        };
    }

    /**
     * Checks imported bytes against a spec and finds the public half.
     *
     * @throws InvalidKeySpecException if they are not material of that spec
     */
    static KeyMaterial imported(KeySpec spec, byte[] secret) throws InvalidKeySpecException {
        return switch (spec.family()) {
            case SYMMETRIC, HMAC -> {
                if (secret.length != spec.bits() / 8) {
                    throw new InvalidKeySpecException("not " + spec.bits() + " bits");
                }
                yield new KeyMaterial(secret, new byte[0]);
            }
            case RSA, ELLIPTIC_CURVE -> new KeyMaterial(secret, derivePublic(spec, secret));
            case ML_DSA -> throw new InvalidKeySpecException(spec + " can't be imported");
        };
    }

    private static byte[] derivePublic(KeySpec spec, byte[] secret) throws InvalidKeySpecException {
        try {
            PrivateKey key = factory(spec).generatePrivate(new PKCS8EncodedKeySpec(secret));
            if (key instanceof RSAPrivateCrtKey rsa
                    && rsa.getModulus().bitLength() == spec.bits()) {
                return KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()))
                        .getEncoded();
            }
            if (key instanceof ECPrivateKey curve) {
                return derivePublic(spec, curve.getS());
            }
            throw new InvalidKeySpecException("not a private key of " + spec);
        } catch (InvalidKeySpecException e) {
            // Without its cause, which may quote the bytes.
            throw new InvalidKeySpecException("not a private key of " + spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no key factory for " + spec, e);
        }
    }

    private static byte[] derivePublic(KeySpec spec, BigInteger scalar)
            throws GeneralSecurityException {
        ECNamedCurveParameterSpec curve = ECNamedCurveTable.getParameterSpec(spec.algorithm());
        if (scalar.signum() <= 0 || scalar.compareTo(curve.getN()) >= 0) {
            throw new InvalidKeySpecException("not a scalar of the curve");
        }
        return KeyFactory.getInstance("EC", BOUNCY_CASTLE)
                .generatePublic(
                        new ECPublicKeySpec(curve.getG().multiply(scalar).normalize(), curve))
                .getEncoded();
    }
}
