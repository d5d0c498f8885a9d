package dev.cloister.signer.archive;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** A signature as found in an archive: hostile until one of its checks has passed. Immutable. */
public final class ArchiveSignature {
    private final byte[] given;
    private final SignerInformation signer;
    private final Collection<X509CertificateHolder> certificates;
    private final SignatureClaims claims;

    private ArchiveSignature(
            byte[] given,
            SignerInformation signer,
            Collection<X509CertificateHolder> certificates,
            SignatureClaims claims) {
        this.given = given;
        this.signer = signer;
        this.certificates = certificates;
        this.claims = claims;
    }

    /**
     * Reads a signature entry together with the digest that it is to sign.
     *
     * @param entry the entry's bytes, at most 64 KiB
     * @throws BadArchiveException if it is no such signature
     */
    public static ArchiveSignature read(byte[] entry, ArchiveDigests digests)
            throws BadArchiveException {
        try (PemReader reader =
                new PemReader(new StringReader(new String(entry, StandardCharsets.ISO_8859_1)))) {
            PemObject pem = reader.readPemObject();
            if (pem == null || !pem.getType().equals(SignatureForm.PEM_TYPE)) {
                throw new BadArchiveException("the signature is not in PEM");
            }
            CMSSignedData data =
                    new CMSSignedData(
                            new CMSProcessableByteArray(digests.contentBytes()), pem.getContent());
            Collection<SignerInformation> signers = data.getSignerInfos().getSigners();
            if (signers.size() != 1) {
                throw new BadArchiveException("the signature has not exactly one signer");
            }
            SignerInformation signer = signers.iterator().next();
            checkAlgorithms(signer);
            return new ArchiveSignature(
                    entry.clone(), signer, data.getCertificates().getMatches(null), claims(signer));
        } catch (IOException | CMSException | ParseException | RuntimeException e) {
            // The parser meets hostile bytes: whatever it throws is the signature's fault.
            throw new BadArchiveException("the signature can't be read", e);
        }
    }

    private static void checkAlgorithms(SignerInformation signer) throws BadArchiveException {
        if (!signer.getDigestAlgorithmID().getAlgorithm().equals(NISTObjectIdentifiers.id_sha384)
                || !signer.getEncryptionAlgOID()
                        .equals(X9ObjectIdentifiers.ecdsa_with_SHA384.getId())) {
            throw new BadArchiveException("the signature is not made by ECDSA with SHA-384");
        }
        if (signer.getUnsignedAttributes() != null) {
            throw new BadArchiveException("the signature has attributes that it does not cover");
        }
    }

    private static SignatureClaims claims(SignerInformation signer)
            throws BadArchiveException, ParseException {
        ASN1Encodable signedAt =
                one(signer, CMSAttributes.signingTime)
                        .orElseThrow(
                                () -> new BadArchiveException("the signature has no signing time"));
        return new SignatureClaims(
                text(signer, SignatureForm.PROFILE_VERSION_ARN),
                text(signer, SignatureForm.JOB_ARN),
                ASN1GeneralizedTime.getInstance(signedAt).getDate().toInstant(),
                ASN1GeneralizedTime.getInstance(required(signer, SignatureForm.EXPIRES_AT))
                        .getDate()
                        .toInstant());
    }

    private static String text(SignerInformation signer, ASN1ObjectIdentifier type)
            throws BadArchiveException {
        String text = ASN1UTF8String.getInstance(required(signer, type)).getString();
        if (text.length() > 2048) {
            throw new BadArchiveException("an attribute of the signature is too long");
        }
        return text;
    }

    private static ASN1Encodable required(SignerInformation signer, ASN1ObjectIdentifier type)
            throws BadArchiveException {
        return one(signer, type)
                .orElseThrow(
                        () -> new BadArchiveException("the signature lacks the attribute " + type));
    }

    private static Optional<ASN1Encodable> one(SignerInformation signer, ASN1ObjectIdentifier type)
            throws BadArchiveException {
        AttributeTable table = signer.getSignedAttributes();
        if (table == null || table.getAll(type).size() == 0) {
            return Optional.empty();
        }
        Attribute attribute = table.get(type);
        if (table.getAll(type).size() != 1 || attribute.getAttrValues().size() != 1) {
            throw new BadArchiveException("the signature has the attribute " + type + " twice");
        }
        return Optional.of(attribute.getAttrValues().getObjectAt(0));
    }

    /** What it says of itself; nothing of it is true before a check has passed. */
    public SignatureClaims claims() {
        return claims;
    }

    /**
     * Checks a signature that one of this installation's profiles is said to have made: by that
     * very certificate, while it was valid, over both digests, and nothing about it left open.
     *
     * @param chain the certificate that the profile signs with, then its issuer's
     * @throws BadArchiveException if any of it does not hold
     */
    public void verifyOwn(ArchiveDigests digests, List<X509Certificate> chain)
            throws BadArchiveException {
        try {
            if (!Arrays.equals(ArchiveSigner.pem(oneForm(chain)), given)) {
                throw new BadArchiveException("the signature is not in its one form");
            }
            ASN1Encodable entries = required(signer, SignatureForm.ENTRIES_DIGEST);
            if (!Arrays.equals(
                    ASN1OctetString.getInstance(entries).getOctets(), digests.entriesBytes())) {
                throw new BadArchiveException("the archive was changed after it was signed");
            }
            verify(new JcaX509CertificateHolder(chain.getFirst()));
        } catch (IOException
                | java.security.cert.CertificateEncodingException
                | RuntimeException e) {
            throw new BadArchiveException("the signature can't be checked", e);
        }
    }

    /**
     * What the signature would be with nothing in it but what it signs, its value and the given
     * certificates: parsers forgive much that no signature covers.
     */
    private byte[] oneForm(List<X509Certificate> chain)
            throws IOException, java.security.cert.CertificateEncodingException {
        AlgorithmIdentifier digest = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha384);
        X509CertificateHolder own = new JcaX509CertificateHolder(chain.getFirst());
        ASN1EncodableVector certificates = new ASN1EncodableVector();
        for (X509Certificate certificate : chain) {
            certificates.add(new JcaX509CertificateHolder(certificate).toASN1Structure());
        }
        SignerInfo only =
                new SignerInfo(
                        new SignerIdentifier(
                                new IssuerAndSerialNumber(own.getIssuer(), own.getSerialNumber())),
                        digest,
                        signer.toASN1Structure().getAuthenticatedAttributes(),
                        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384),
                        new DEROctetString(signer.getSignature()),
                        null);
        SignedData data =
                new SignedData(
                        new DERSet(digest),
                        new ContentInfo(CMSObjectIdentifiers.data, null),
                        new DERSet(certificates),
                        null,
                        new DERSet(only));
        return new ContentInfo(CMSObjectIdentifiers.signedData, data).getEncoded(ASN1Encoding.DER);
    }

    /**
     * Checks a signature of somebody unknown against the certificate that it brings along: that the
     * archive is as it was when it was signed, and nothing else.
     *
     * @throws BadArchiveException if it isn't, or the certificate is missing
     */
    public void verifyForeign() throws BadArchiveException {
        List<X509CertificateHolder> matching =
                certificates.stream()
                        .filter(
                                certificate ->
                                        certificate
                                                        .getSerialNumber()
                                                        .equals(signer.getSID().getSerialNumber())
                                                && certificate
                                                        .getIssuer()
                                                        .equals(signer.getSID().getIssuer()))
                        .toList();
        if (matching.size() != 1) {
            throw new BadArchiveException("the signature does not carry its certificate");
        }
        verify(matching.getFirst());
    }

    private void verify(X509CertificateHolder certificate) throws BadArchiveException {
        try {
            // Also that the signing time lies within the certificate's validity.
            if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate))) {
                throw new BadArchiveException("the signature is not the certificate's");
            }
        } catch (CMSException
                | OperatorCreationException
                | java.security.cert.CertificateException
                | RuntimeException e) {
            throw new BadArchiveException("the archive is not what was signed", e);
        }
    }
}
