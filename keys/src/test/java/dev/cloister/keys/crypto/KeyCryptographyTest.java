package dev.cloister.keys.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.storage.EncryptionContext;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Published answers, and the JDK's own implementations as judges. */
@Timeout(120)
final class KeyCryptographyTest {
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** RFC 4231, section 4.3 (test case 2). */
    @Test
    void codesAreThePublishedOnes() {
        byte[] data = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
        assertThat(HexFormat.of().formatHex(Macs.generate(KeySpec.HMAC_256, jefe(), data)))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(HexFormat.of().formatHex(Macs.generate(KeySpec.HMAC_224, jefe(), data)))
                .isEqualTo("a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44");
    }

    private static KeyMaterial jefe() {
        return new KeyMaterial("Jefe".getBytes(StandardCharsets.US_ASCII), new byte[0]);
    }

    /** RFC 5903, section 8.1. */
    @Test
    void agreementGivesThePublishedSecret() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
        KeyFactory keys = KeyFactory.getInstance("EC");
        byte[] own =
                keys.generatePrivate(
                                new ECPrivateKeySpec(
                                        number(
                                                "C88F01F510D9AC3F70A292DAA2316DE5"
                                                        + "44E9AAB8AFE84049C62A9C57862D1433"),
                                        curve))
                        .getEncoded();
        byte[] other =
                keys.generatePublic(
                                new ECPublicKeySpec(
                                        new ECPoint(
                                                number(
                                                        "D12DFB5289C8D4F81208B70270398C34"
                                                                + "2296970A0BCCB74C736FC7554494BF63"),
                                                number(
                                                        "56FBF3CA366CC23E8157854C13C58D6A"
                                                                + "AC23F046ADA30F8353E74F33039872AB")),
                                        curve))
                        .getEncoded();
        assertThat(
                        Agreement.derive(
                                KeySpec.ECC_NIST_P256, new KeyMaterial(own, new byte[0]), other))
                .hasValue(
                        HexFormat.of()
                                .parseHex(
                                        "d6840f6b42f6edafd13116e0e1256520"
                                                + "2fef8e9ece7dce03812464d04b9442de"));
    }

    private static BigInteger number(String hex) {
        return new BigInteger(hex, 16);
    }

    /** The documented form, taken apart with nothing but the JDK. */
    @Test
    void whatIsSealedIsAesGcmUnderADerivedKey() throws GeneralSecurityException {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        byte[] head = {1, 2, 3};
        Map<String, String> context = Map.of("a", "b");
        byte[] sealed =
                SymmetricCipher.seal(
                        new KeyMaterial(secret.clone(), new byte[0]),
                        head,
                        context,
                        MESSAGE,
                        RANDOM);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        mac.update("cloister kms message key v1".getBytes(StandardCharsets.US_ASCII));
        byte[] key = mac.doFinal(Arrays.copyOf(sealed, 16));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new GCMParameterSpec(128, sealed, 16, 12));
        cipher.updateAAD(head);
        cipher.updateAAD(EncryptionContext.canonical(context));
        assertThat(cipher.doFinal(sealed, 28, sealed.length - 28)).isEqualTo(MESSAGE);
    }

    @Test
    void anyMessageAndContextComesBackAndNoFlippedBitDoes() throws GeneralSecurityException {
        Random random = new Random(7);
        try (KeyMaterial key = KeyPairs.generate(KeySpec.SYMMETRIC_DEFAULT, RANDOM)) {
            for (int round = 0; round < 200; round++) {
                byte[] plaintext = new byte[random.nextInt(1, 300)];
                random.nextBytes(plaintext);
                byte[] head = new byte[random.nextInt(60)];
                random.nextBytes(head);
                Map<String, String> context =
                        random.nextBoolean()
                                ? Map.of()
                                : Map.of("k" + random.nextInt(), "v" + random.nextInt());
                byte[] sealed = SymmetricCipher.seal(key, head, context, plaintext, RANDOM);
                assertThat(sealed).hasSize(plaintext.length + SymmetricCipher.OVERHEAD);
                assertThat(SymmetricCipher.open(key, head, context, sealed)).isEqualTo(plaintext);
                sealed[random.nextInt(sealed.length)] ^= (byte) (1 << random.nextInt(8));
                assertThatThrownBy(() -> SymmetricCipher.open(key, head, context, sealed))
                        .isInstanceOf(AEADBadTagException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"})
    void theJdkAcceptsEverySignature(KeySpec spec) throws GeneralSecurityException {
        try (KeyMaterial key = KeyPairs.generate(spec, RANDOM)) {
            for (SigningAlgorithm algorithm : spec.signingAlgorithms()) {
                for (byte[] signature : bothWays(spec, key, algorithm)) {
                    Signature judge = judge(algorithm);
                    judge.initVerify(KeyPairs.publicKey(spec, key.publicKey()));
                    judge.update(MESSAGE);
                    assertThat(judge.verify(signature)).as("%s", algorithm).isTrue();
                }
            }
        }
    }

    private static List<byte[]> bothWays(KeySpec spec, KeyMaterial key, SigningAlgorithm algorithm)
            throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance(algorithm.digest()).digest(MESSAGE);
        return List.of(
                Signatures.sign(spec, key, algorithm, Signatures.Input.MESSAGE, MESSAGE),
                Signatures.sign(spec, key, algorithm, Signatures.Input.DIGEST, digest));
    }

    private static Signature judge(SigningAlgorithm algorithm) throws GeneralSecurityException {
        String digest = algorithm.digest().replace("-", "");
        if (algorithm.name().contains("PSS")) {
            Signature pss = Signature.getInstance("RSASSA-PSS");
            pss.setParameter(
                    new PSSParameterSpec(
                            algorithm.digest(),
                            "MGF1",
                            new MGF1ParameterSpec(algorithm.digest()),
                            algorithm.digestBytes(),
                            1));
            return pss;
        }
        return Signature.getInstance(
                digest + (algorithm.name().startsWith("ECDSA") ? "withECDSA" : "withRSA"));
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {
                "RSA_2048",
                "ECC_NIST_P384",
                "ECC_SECG_P256K1",
                "ML_DSA_44",
                "ML_DSA_65",
                "ML_DSA_87"
            })
    void aSignatureIsOfItsKeyAndMessageAlone(KeySpec spec) {
        try (KeyMaterial key = KeyPairs.generate(spec, RANDOM);
                KeyMaterial other = KeyPairs.generate(spec, RANDOM)) {
            for (SigningAlgorithm algorithm : spec.signingAlgorithms()) {
                byte[] signature =
                        Signatures.sign(spec, key, algorithm, Signatures.Input.MESSAGE, MESSAGE);
                assertThat(verifies(spec, key, algorithm, MESSAGE, signature)).isTrue();
                assertThat(verifies(spec, other, algorithm, MESSAGE, signature)).isFalse();
                assertThat(verifies(spec, key, algorithm, new byte[] {1}, signature)).isFalse();
                assertThat(verifies(spec, key, algorithm, MESSAGE, new byte[] {1})).isFalse();
                byte[] flipped = signature.clone();
                flipped[flipped.length - 1] ^= 1;
                assertThat(verifies(spec, key, algorithm, MESSAGE, flipped)).isFalse();
            }
        }
    }

    private static boolean verifies(
            KeySpec spec,
            KeyMaterial key,
            SigningAlgorithm algorithm,
            byte[] message,
            byte[] signature) {
        return Signatures.verify(
                spec, key.publicKey(), algorithm, Signatures.Input.MESSAGE, message, signature);
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {
                "SYMMETRIC_DEFAULT",
                "HMAC_384",
                "RSA_2048",
                "ECC_NIST_P256",
                "ECC_SECG_P256K1"
            })
    void wrappedMaterialIsUnwrappedWithItsPublicHalf(KeySpec target)
            throws GeneralSecurityException {
        try (KeyMaterial wrapping = KeyPairs.generate(KeySpec.RSA_2048, RANDOM);
                KeyMaterial wanted = KeyPairs.generate(target, RANDOM)) {
            byte[] wrapped = wrapInTwoSteps(wrapping, wanted.secret());
            KeyMaterial unwrapped =
                    ImportWrapping.unwrap(
                                    KeySpec.RSA_2048,
                                    wrapping,
                                    "RSA_AES_KEY_WRAP_SHA_256",
                                    wrapped,
                                    target)
                            .orElseThrow();
            assertThat(unwrapped.secret()).isEqualTo(wanted.secret());
            assertThat(unwrapped.publicKey()).isEqualTo(wanted.publicKey());
            wrapped[wrapped.length - 1] ^= 1;
            assertThat(
                            ImportWrapping.unwrap(
                                    KeySpec.RSA_2048,
                                    wrapping,
                                    "RSA_AES_KEY_WRAP_SHA_256",
                                    wrapped,
                                    target))
                    .isEmpty();
        }
    }

    private static byte[] wrapInTwoSteps(KeyMaterial wrapping, byte[] secret)
            throws GeneralSecurityException {
        byte[] aes = new byte[32];
        RANDOM.nextBytes(aes);
        byte[] first = RsaCipher.encrypt(KeySpec.RSA_2048, wrapping, "RSAES_OAEP_SHA_256", aes);
        Cipher wrap = Cipher.getInstance("AES/KWP/NoPadding");
        wrap.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
        byte[] second = wrap.doFinal(secret);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void materialOfAnotherSpecIsRefused() throws GeneralSecurityException {
        KeyPair p384 = KeyPairGenerator.getInstance("EC").generateKeyPair();
        for (KeySpec spec : List.of(KeySpec.SYMMETRIC_DEFAULT, KeySpec.RSA_2048)) {
            assertThatThrownBy(() -> KeyPairs.imported(spec, p384.getPrivate().getEncoded()))
                    .isInstanceOf(InvalidKeySpecException.class)
                    .hasNoCause();
        }
    }
}
