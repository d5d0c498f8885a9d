package dev.cloister.api.sigv4;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a request says about its signature; nothing of it has been checked but the form.
 *
 * @param accessKeyId the key that it says it was signed with
 * @param scopeDate the credential scope's day, {@code YYYYMMDD}
 * @param region the credential scope's region
 * @param service the credential scope's service name
 * @param signedHeaders names in lower case, in the order of the canonical request
 * @param signature 64 hexadecimal digits
 * @param timestamp {@code YYYYMMDD'T'HHMMSS'Z'}, as in the string to sign
 * @param signedAt the same as an instant
 * @param token the session token that came with it
 * @param link present for presigned links: how long the link is good for
 */
public record SignatureClaim(
        String accessKeyId,
        String scopeDate,
        String region,
        String service,
        List<String> signedHeaders,
        String signature,
        String timestamp,
        Instant signedAt,
        Optional<String> token,
        Optional<Duration> link) {

    /** {@code date/region/service/aws4_request}. */
    public String scope() {
        return scopeDate + '/' + region + '/' + service + "/aws4_request";
    }

    public boolean isPresigned() {
        return link.isPresent();
    }

    boolean signs(String lowerCaseName) {
        for (String name : signedHeaders) {
            if (name.equals(lowerCaseName)) {
                return true;
            }
        }
        return false;
    }
}
