package dev.cloister.signer.archive;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/**
 * Names and identifiers of a signature. Those under 1.3.187.137.1 are as found in archives that AWS
 * Signer made; Amazon does not document them.
 */
final class SignatureForm {
    /** The entry's folder. */
    static final String FOLDER = "META_INF/";

    /** The entry that holds the signature. */
    static final String ENTRY = "META_INF/aws_signer_signature_v1.0.SF";

    /** UTF8String. */
    static final ASN1ObjectIdentifier JOB_ARN = new ASN1ObjectIdentifier("1.3.187.137.1.2");

    /** GeneralizedTime. */
    static final ASN1ObjectIdentifier EXPIRES_AT = new ASN1ObjectIdentifier("1.3.187.137.1.3");

    /** UTF8String. */
    static final ASN1ObjectIdentifier PROFILE_VERSION_ARN =
            new ASN1ObjectIdentifier("1.3.187.137.1.4");

    /** OCTET STRING of 48 bytes; an arc of a UUID of ours (ITU-T X.667). */
    static final ASN1ObjectIdentifier ENTRIES_DIGEST =
            new ASN1ObjectIdentifier("2.25.186900129837987954757043909655002789298");

    static final String SIGNATURE_ALGORITHM = "SHA384withECDSA";
    static final String PEM_TYPE = "PKCS7";

    /** Largest signature entry in bytes; ours have about 2,500. */
    static final int MAX_LENGTH = 64 << 10;

    private SignatureForm() {}
}
