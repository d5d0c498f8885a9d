package dev.cloister.api.tls;

import dev.cloister.api.ApiSettings.TlsFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The installation's own certificate authority, kept in one folder as PEM: {@code ca.pem}, {@code
 * ca.key}, {@code server.pem}, {@code server.key}. Made at the first start and reused afterwards;
 * the server's certificate is issued anew, for the same key, when it nears its end or when its
 * names change. Thread-safe within one process.
 */
public final class CertificateAuthority {
    private static final Duration CA_LIFE = Duration.ofDays(3_650);
    private static final Duration SERVER_LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    /** Clocks of clients may be behind. */
    private static final Duration BACKDATED = Duration.ofHours(1);

    private static final X500Principal CA_NAME =
            new X500Principal("CN=Cloister certificate authority");
    private static final X500Principal SERVER_NAME = new X500Principal("CN=Cloister");

    private final Path folder;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final X509Certificate certificate;
    private final PrivateKey key;

    /**
     * Opens the authority in a folder, making both if they aren't there.
     *
     * @throws CertificateAuthorityException if the folder can't be used or holds half an authority
     */
    public CertificateAuthority(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            if (!Files.exists(certificatePath())) {
                createAuthority();
            }
            this.certificate = PemFiles.readCertificate(certificatePath());
            this.key = PemFiles.readKey(keyPath());
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new CertificateAuthorityException(
                    "can't open the certificate authority in "
                            + folder
                            + ": if its files are damaged, remove ca.pem, ca.key and server.pem to"
                            + " have a new one, which clients must then be told to trust",
                    e);
        }
        if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
            throw new CertificateAuthorityException(
                    "the certificate authority in "
                            + folder
                            + " has expired: remove ca.pem, ca.key and server.pem to have a new"
                            + " one, which clients must then be told to trust");
        }
    }

    /** The authority's certificate, for clients to trust (AWS_CA_BUNDLE). */
    public Path certificatePath() {
        return folder.resolve("ca.pem");
    }

    private Path keyPath() {
        return folder.resolve("ca.key");
    }

    /**
     * A certificate for the server, issued if there is none that still serves.
     *
     * @param names DNS names and IP addresses by which clients reach the server; not empty
     * @throws CertificateAuthorityException if the files can't be read or written
     */
    public synchronized TlsFiles serverCertificate(Collection<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a server's certificate needs a name");
        }
        TlsFiles files = new TlsFiles(folder.resolve("server.pem"), folder.resolve("server.key"));
        try {
            if (!serves(files, names)) {
                issue(files, names);
            }
            return files;
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new CertificateAuthorityException(
                    "can't issue the server's certificate in "
                            + folder
                            + ": if its files are damaged, remove server.pem and server.key",
                    e);
        }
    }

    private boolean serves(TlsFiles files, Collection<String> names)
            throws IOException, GeneralSecurityException {
        if (!Files.exists(files.certificateChain()) || !Files.exists(files.privateKey())) {
            return false;
        }
        X509Certificate server = PemFiles.readCertificate(files.certificateChain());
        try {
            server.verify(certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            // Issued by an authority that was removed since.
            return false;
        }
        Instant end = server.getNotAfter().toInstant();
        return clock.instant().plus(RENEW_BEFORE).isBefore(end)
                && namesOf(server).equals(new TreeSet<>(names));
    }

    private static Set<String> namesOf(X509Certificate server) throws GeneralSecurityException {
        Set<String> names = new TreeSet<>();
        Collection<List<?>> alternatives = server.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                names.add(alternative.get(1).toString());
            }
        }
        return names;
    }

    private void createAuthority()
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair pair = newKey();
        JcaX509v3CertificateBuilder builder = builder(CA_NAME, CA_NAME, pair.getPublic(), CA_LIFE);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        // The key first: a start that breaks off in between finds no certificate and begins anew.
        PemFiles.writeKey(keyPath(), pair.getPrivate());
        PemFiles.writeCertificates(certificatePath(), sign(builder, pair.getPrivate()));
    }

    private void issue(TlsFiles files, Collection<String> names)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        PublicKey publicKey;
        if (Files.exists(files.privateKey()) && Files.exists(files.certificateChain())) {
            publicKey = PemFiles.readCertificate(files.certificateChain()).getPublicKey();
        } else {
            KeyPair pair = newKey();
            PemFiles.writeKey(files.privateKey(), pair.getPrivate());
            publicKey = pair.getPublic();
        }
        JcaX509v3CertificateBuilder builder = builder(CA_NAME, SERVER_NAME, publicKey, SERVER_LIFE);
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(certificate));
        builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
        PemFiles.writeCertificates(files.certificateChain(), sign(builder, key), certificate);
    }

    private static GeneralNames alternatives(Collection<String> names) {
        return new GeneralNames(
                new TreeSet<>(names)
                        .stream()
                                .map(
                                        name ->
                                                new GeneralName(
                                                        isAddress(name)
                                                                ? GeneralName.iPAddress
                                                                : GeneralName.dNSName,
                                                        name))
                                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0
                || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, PublicKey publicKey, Duration life) {
        Instant now = clock.instant();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, random).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(life)),
                subject,
                publicKey);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }
}
