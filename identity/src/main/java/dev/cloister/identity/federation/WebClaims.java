package dev.cloister.identity.federation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a verified token says.
 *
 * @param issuer the issuer's URL without {@code https://}
 * @param audience the client that the token is for
 * @param keys the condition keys that it gives, such as {@code token.example.com:sub}
 * @param tags the tags that its session gets
 */
public record WebClaims(
        String issuer,
        String subject,
        String audience,
        Map<String, List<String>> keys,
        Map<String, String> tags,
        List<String> transitiveTagKeys,
        Optional<String> sourceIdentity) {
    public WebClaims {
        keys = Map.copyOf(keys);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        transitiveTagKeys = List.copyOf(transitiveTagKeys);
    }
}
