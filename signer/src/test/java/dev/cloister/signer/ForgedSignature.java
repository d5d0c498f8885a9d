package dev.cloister.signer;

import dev.cloister.signer.archive.ArchiveSigner;
import dev.cloister.signer.archive.SignableArchive;
import dev.cloister.signer.archive.SignatureClaims;
import java.io.ByteArrayOutputStream;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Signs in anybody's name, with an authority of its own. */
final class ForgedSignature {
    private static final ProfileKey NAME = TestSigner.BUILD;

    private final Certificates certificates = new Certificates(new SecureRandom());
    private final KeyPair authorityKey = certificates.newKey();
    private final KeyPair key = certificates.newKey();
    private final List<X509Certificate> chain;

    /**
     * @param from when its certificates begin to be valid
     */
    ForgedSignature(Instant from) {
        X509Certificate authority = certificates.authority(authorityKey, NAME, from);
        this.chain =
                List.of(
                        certificates.profile(key, NAME, authority, authorityKey.getPrivate(), from),
                        authority);
    }

    byte[] sign(byte[] zip, String profileVersionArn) throws Exception {
        Instant now = Instant.parse("2026-11-23T10:00:00Z");
        try (SignableArchive archive = SignableArchive.open(new SeekableInMemoryByteChannel(zip))) {
            byte[] signature =
                    ArchiveSigner.sign(
                            archive.digestsToSign(),
                            new SignatureClaims(
                                    profileVersionArn,
                                    "arn:aws:signer:us-east-1:123456789012:/signing-jobs/x",
                                    now,
                                    now.plus(Duration.ofDays(30))),
                            key.getPrivate(),
                            chain);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            archive.writeSigned(out, signature);
            return out.toByteArray();
        }
    }
}
