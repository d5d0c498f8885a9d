package dev.cloister.signer;

import dev.cloister.signer.archive.SigningFailedException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys on P-384 and the certificates of authorities and profiles. Thread-safe. */
final class Certificates {
    /** Both outlive the longest signature; that a profile's has ended ends its signing only. */
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(36_500);

    private static final Duration PROFILE_LIFE = Duration.ofDays(3_650);
    private static final Duration BACKDATED = Duration.ofMinutes(5);
    private static final String ALGORITHM = "SHA384withECDSA";
    private static final int SERIAL_BITS = 127;

    private final SecureRandom random;

    Certificates(SecureRandom random) {
        this.random = random;
    }

    KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp384r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new SigningFailedException("can't make a key on P-384", e);
        }
    }

    X509Certificate authority(KeyPair key, ProfileKey first, Instant now) {
        X500Principal name =
                new X500Principal(
                        "CN=Cloister signing authority, OU=%s, OU=%s"
                                .formatted(first.account(), first.region()));
        try {
            JcaX509v3CertificateBuilder builder =
                    builder(name, now, AUTHORITY_LIFE, name, key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return signed(builder, key.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new SigningFailedException("can't certify a signing authority", e);
        }
    }

    X509Certificate profile(
            KeyPair key,
            ProfileKey profile,
            X509Certificate issuer,
            PrivateKey issuerKey,
            Instant now) {
        X500Principal name =
                new X500Principal(
                        "CN=%s, OU=%s, OU=%s"
                                .formatted(profile.name(), profile.account(), profile.region()));
        try {
            JcaX509v3CertificateBuilder builder =
                    builder(
                            issuer.getSubjectX500Principal(),
                            now,
                            PROFILE_LIFE,
                            name,
                            key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
            return signed(builder, issuerKey);
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new SigningFailedException("can't certify the profile " + profile.arn(), e);
        }
    }

    private JcaX509v3CertificateBuilder builder(
            X500Principal issuer,
            Instant now,
            Duration life,
            X500Principal subject,
            java.security.PublicKey key) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(life)),
                subject,
                key);
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
    }

    static String text(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new SigningFailedException("can't write a certificate", e);
        }
    }

    static X509Certificate read(String text) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(Base64.getDecoder().decode(text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SigningFailedException("a stored certificate can't be read", e);
        }
    }

    static PrivateKey readKey(byte[] pkcs8) {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new SigningFailedException("a stored private key can't be read", e);
        }
    }
}
