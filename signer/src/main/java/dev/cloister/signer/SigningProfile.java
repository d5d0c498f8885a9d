package dev.cloister.signer;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A signing profile of the platform {@link #PLATFORM}. Immutable; its private key is not in it.
 *
 * @param version 10 letters and digits; a profile has one version all its life
 * @param certificate the X.509 certificate that it signs with, base64 of DER
 * @param canceledAt when it was canceled: it signs no more, its signatures stay good
 * @param revocation which of its signatures are good no more
 */
public record SigningProfile(
        ProfileKey key,
        String version,
        Validity validity,
        Map<String, String> tags,
        String certificate,
        Optional<Instant> canceledAt,
        Optional<Revocation> revocation) {
    /** The only platform here: Lambda's archives. */
    public static final String PLATFORM = "AWSLambda-SHA384-ECDSA";

    public SigningProfile {
        tags = java.util.Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /** As the API shows it. */
    public enum Status {
        ACTIVE,
        CANCELED,
        REVOKED
    }

    /**
     * @param effectiveFrom signatures made then or later are revoked
     * @param by the ARN of who did it
     */
    public record Revocation(Instant effectiveFrom, Instant at, String by, String reason) {}

    public Status status() {
        if (revocation.isPresent()) {
            return Status.REVOKED;
        }
        return canceledAt.isPresent() ? Status.CANCELED : Status.ACTIVE;
    }

    public String versionArn() {
        return key.arn(version);
    }

    SigningProfile canceled(Instant now) {
        return new SigningProfile(
                key, version, validity, tags, certificate, Optional.of(now), revocation);
    }

    SigningProfile revoked(Revocation how) {
        return new SigningProfile(
                key, version, validity, tags, certificate, canceledAt, Optional.of(how));
    }

    SigningProfile withTags(Map<String, String> newTags) {
        return new SigningProfile(
                key, version, validity, newTags, certificate, canceledAt, revocation);
    }
}
