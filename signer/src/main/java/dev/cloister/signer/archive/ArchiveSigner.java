package dev.cloister.signer.archive;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Makes signatures: detached CMS signed-data (RFC 5652) in PEM. Stateless. */
public final class ArchiveSigner {
    private ArchiveSigner() {}

    /**
     * Signs an archive's digests.
     *
     * @param key of the first certificate, on P-384
     * @param chain the signing certificate, then its issuer
     * @return the bytes of the signature entry
     */
    public static byte[] sign(
            ArchiveDigests digests,
            SignatureClaims claims,
            PrivateKey key,
            List<X509Certificate> chain) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new JcaSignerInfoGeneratorBuilder(
                                    new JcaDigestCalculatorProviderBuilder().build())
                            .setSignedAttributeGenerator(
                                    new DefaultSignedAttributeTableGenerator(
                                            attributes(digests, claims)))
                            .build(
                                    new JcaContentSignerBuilder(SignatureForm.SIGNATURE_ALGORITHM)
                                            .build(key),
                                    chain.getFirst()));
            generator.addCertificates(new JcaCertStore(chain));
            byte[] der =
                    generator
                            .generate(new CMSProcessableByteArray(digests.contentBytes()), false)
                            .getEncoded(ASN1Encoding.DER);
            return pem(der);
        } catch (CMSException
                | OperatorCreationException
                | GeneralSecurityException
                | IOException e) {
            throw new SigningFailedException("the archive's digests can't be signed", e);
        }
    }

    /** A signature's one form: what differs from it by a byte is no signature of ours. */
    static byte[] pem(byte[] der) throws IOException {
        StringWriter text = new StringWriter();
        try (PemWriter pem = new PemWriter(text)) {
            pem.writeObject(new PemObject(SignatureForm.PEM_TYPE, der));
        }
        return text.toString().replace("\r\n", "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static AttributeTable attributes(ArchiveDigests digests, SignatureClaims claims) {
        ASN1EncodableVector all = new ASN1EncodableVector();
        all.add(
                attribute(
                        CMSAttributes.signingTime,
                        new DERGeneralizedTime(Date.from(claims.signedAt()))));
        all.add(
                attribute(
                        SignatureForm.EXPIRES_AT,
                        new DERGeneralizedTime(Date.from(claims.expiresAt()))));
        all.add(attribute(SignatureForm.JOB_ARN, new DERUTF8String(claims.jobArn())));
        all.add(
                attribute(
                        SignatureForm.PROFILE_VERSION_ARN,
                        new DERUTF8String(claims.profileVersionArn())));
        all.add(
                attribute(
                        SignatureForm.ENTRIES_DIGEST, new DEROctetString(digests.entriesBytes())));
        return new AttributeTable(all);
    }

    private static Attribute attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new Attribute(type, new DERSet(value));
    }
}
