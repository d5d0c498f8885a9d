package dev.cloister.api.sigv4;

import dev.cloister.api.CredentialLookup;
import dev.cloister.api.CredentialLookup.SessionBinding;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Region;
import dev.cloister.api.SecretText;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/** Verifies Signature Version 4. Thread-safe. */
public final class SignatureVerifier {
    /** The tolerance that Lambda's own error text names. */
    static final Duration SKEW = Duration.ofMinutes(5);

    /** S3's ("RequestTimeTooSkewed" among its error responses). */
    static final Duration S3_SKEW = Duration.ofMinutes(15);

    private static final HexFormat HEX = HexFormat.of();
    private static final String EMPTY_HASH =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final CredentialLookup credentials;
    private final Set<Region> regions;
    private final SigningKeys keys = new SigningKeys();

    /**
     * @param regions the regions served; empty: any well-formed one
     */
    public SignatureVerifier(CredentialLookup credentials, Set<Region> regions) {
        this.credentials = credentials;
        this.regions = Set.copyOf(regions);
    }

    /**
     * A claim whose key, token, scope and time are good; its signature is still unchecked.
     *
     * @param region the scope's region
     */
    public record Candidate(
            SignatureClaim claim,
            SigningCredential credential,
            Region region,
            PayloadKind payload) {}

    /**
     * All checks that need no body.
     *
     * @param service the service that the request is for by what it says besides the scope, if that
     *     is known
     * @throws SignatureRefusal if one fails
     */
    public Candidate check(
            RequestHead head, SignatureClaim claim, Optional<String> service, Instant now) {
        Optional<SigningCredential> found = credentials.find(claim.accessKeyId(), claim.token());
        if (found.isEmpty()) {
            throw SignatureRefusal.unknownKey();
        }
        SigningCredential credential = found.get();
        checkToken(claim, credential.session(), now);
        Region region = checkScope(claim, service);
        checkTime(claim, now);
        checkSignedHeaders(head, claim);
        return new Candidate(claim, credential, region, PayloadKind.of(head, claim));
    }

    /**
     * Checks the signature and yields the payload: the body itself, or what aws-chunked wraps.
     *
     * @param body the body as received
     * @throws SignatureRefusal if the signature, or that of a chunk, doesn't match
     */
    public byte[] verify(RequestHead head, Candidate candidate, byte[] body) {
        String hash =
                candidate.payload() == PayloadKind.HASHED
                        ? sha256(body)
                        : candidate.payload().literal();
        SecretKeySpec key = authenticate(head, candidate, hash);
        if (candidate.payload().isChunked()) {
            return new ChunkedPayload(candidate, key, head).decode(body);
        }
        return body;
    }

    /**
     * Checks the signature of a request whose body comes later and is verified while it is read.
     *
     * @param received the body as received
     * @param length its declared length
     * @throws SignatureRefusal if the signature doesn't match
     * @throws dev.cloister.api.AwsError if the request doesn't say how its payload is signed
     */
    public StreamedBody open(
            RequestHead head, Candidate candidate, InputStream received, OptionalLong length) {
        String hash = PayloadStream.declaredHash(head, candidate);
        SecretKeySpec key = authenticate(head, candidate, hash);
        return PayloadStream.of(head, candidate, key, received, length, hash);
    }

    /**
     * The body of a request that nobody has signed, verified as far as the request says a hash.
     *
     * @throws dev.cloister.api.AwsError if it names a signed form
     */
    public static StreamedBody openUnsigned(
            RequestHead head, InputStream received, OptionalLong length) {
        return PayloadStream.unsigned(head, received, length);
    }

    private SecretKeySpec authenticate(RequestHead head, Candidate candidate, String hash) {
        SignatureClaim claim = candidate.claim();
        SecretText secret = candidate.credential().secret();
        String canonical = CanonicalRequest.of(head, claim, hash);
        String toSign =
                "AWS4-HMAC-SHA256\n"
                        + claim.timestamp()
                        + '\n'
                        + claim.scope()
                        + '\n'
                        + sha256(canonical.getBytes(StandardCharsets.UTF_8));
        SecretKeySpec key = keys.find(claim, secret);
        byte[] expected = Digests.hmac(key, toSign.getBytes(StandardCharsets.UTF_8));
        if (!matches(claim.signature(), expected)) {
            throw SignatureRefusal.mismatch();
        }
        keys.remember(claim, secret, key);
        return key;
    }

    static boolean matches(String signature, byte[] expected) {
        return MessageDigest.isEqual(
                signature.getBytes(StandardCharsets.ISO_8859_1),
                HEX.formatHex(expected).getBytes(StandardCharsets.ISO_8859_1));
    }

    static String sha256(byte[] data) {
        return data.length == 0 ? EMPTY_HASH : HEX.formatHex(Digests.sha256().digest(data));
    }

    private static void checkToken(
            SignatureClaim claim, Optional<SessionBinding> session, Instant now) {
        if (session.isEmpty()) {
            if (claim.token().isPresent()) {
                throw SignatureRefusal.invalidToken();
            }
            return;
        }
        SessionBinding binding = session.get();
        if (claim.token().isEmpty()
                || !new SecretText(claim.token().get()).equals(binding.token())) {
            throw SignatureRefusal.invalidToken();
        }
        if (!now.isBefore(binding.expiresAt())) {
            throw new SignatureRefusal(
                    Reason.EXPIRED_TOKEN, "The security token included in the request is expired");
        }
    }

    private Region checkScope(SignatureClaim claim, Optional<String> service) {
        if (service.isPresent() && !service.get().equals(claim.service())) {
            throw new SignatureRefusal(
                    Reason.WRONG_SCOPE,
                    "Credential should be scoped to correct service: '" + service.get() + "'.");
        }
        Optional<Region> region = region(claim.region());
        boolean served =
                region.filter(Region::isOfPartition)
                        .filter(given -> regions.isEmpty() || regions.contains(given))
                        .isPresent();
        if (!served) {
            throw new SignatureRefusal(
                    Reason.WRONG_SCOPE, "Credential should be scoped to a valid region.");
        }
        String day = claim.timestamp().substring(0, 8);
        if (!claim.scopeDate().equals(day)) {
            throw new SignatureRefusal(
                    Reason.MISMATCH,
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of"
                            + " date from HTTP: '"
                            + claim.scopeDate()
                            + "' != '"
                            + day
                            + "', from '"
                            + claim.timestamp()
                            + "'.");
        }
        return region.orElseThrow();
    }

    private static Optional<Region> region(String text) {
        try {
            return Optional.of(new Region(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void checkTime(SignatureClaim claim, Instant now) {
        if (claim.service().equals("s3")) {
            checkTimeOfS3(claim, now);
            return;
        }
        Instant signedAt = claim.signedAt();
        if (signedAt.isAfter(now.plus(SKEW))) {
            throw new SignatureRefusal(
                    Reason.SKEWED,
                    "Signature not yet current: "
                            + claim.timestamp()
                            + " is still later than "
                            + SigningDate.format(now.plus(SKEW))
                            + " ("
                            + SigningDate.format(now)
                            + " + 5 min.)");
        }
        if (claim.link().isPresent()) {
            checkLink(claim, claim.link().get(), now);
            return;
        }
        if (signedAt.isBefore(now.minus(SKEW))) {
            throw new SignatureRefusal(
                    Reason.SKEWED,
                    "Signature expired: "
                            + claim.timestamp()
                            + " is now earlier than "
                            + SigningDate.format(now.minus(SKEW))
                            + " ("
                            + SigningDate.format(now)
                            + " - 5 min.)");
        }
    }

    private static void checkTimeOfS3(SignatureClaim claim, Instant now) {
        boolean early = claim.signedAt().isAfter(now.plus(S3_SKEW));
        if (claim.link().isPresent()) {
            if (early) {
                throw new SignatureRefusal(Reason.LINK_EXPIRED, "Request is not yet valid");
            }
            checkLink(claim, claim.link().get(), now);
        } else if (early || claim.signedAt().isBefore(now.minus(S3_SKEW))) {
            throw new SignatureRefusal(
                    Reason.SKEWED,
                    "The difference between the request time and the current time is too large.");
        }
    }

    private static void checkLink(SignatureClaim claim, Duration validity, Instant now) {
        if (now.isBefore(claim.signedAt().plus(validity))) {
            return;
        }
        if (claim.service().equals("s3")) {
            throw new SignatureRefusal(Reason.LINK_EXPIRED, "Request has expired");
        }
        long seconds = validity.toSeconds();
        throw new SignatureRefusal(
                Reason.LINK_EXPIRED,
                "Signature expired: "
                        + claim.timestamp()
                        + " is now earlier than "
                        + SigningDate.format(now.minus(validity))
                        + " ("
                        + SigningDate.format(now)
                        + " - "
                        + (seconds % 60 == 0 ? seconds / 60 + " min.)" : seconds + " sec.)"));
    }

    /** What isn't signed could have been changed on the way: the host and all x-amz-* headers. */
    private static void checkSignedHeaders(RequestHead head, SignatureClaim claim) {
        if (!claim.signs("host")) {
            throw new SignatureRefusal(
                    Reason.UNSIGNED_HEADER,
                    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        }
        for (int i = 0; i < head.headers().size(); i++) {
            String name = head.headers().name(i);
            if (name.startsWith("x-amz-") && !claim.signs(name)) {
                throw new SignatureRefusal(
                        Reason.UNSIGNED_HEADER,
                        "'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
    }
}
