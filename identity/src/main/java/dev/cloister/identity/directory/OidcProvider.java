package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An OpenID Connect issuer whose tokens an account takes.
 *
 * @param name the issuer's URL without {@code https://}, as ARNs and condition keys have it
 * @param clientIds the audiences that tokens may be for
 * @param thumbprints SHA-1 of certificates, in lower-case hexadecimal digits: one of them is the
 *     top of the chain of an issuer whose authority nobody else knows
 */
public record OidcProvider(
        String name,
        List<String> clientIds,
        List<String> thumbprints,
        Map<String, String> tags,
        Instant createdAt)
        implements AccountItem {

    public OidcProvider {
        clientIds = List.copyOf(clientIds);
        thumbprints = List.copyOf(thumbprints);
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /** The ARN of the provider of an issuer. */
    public static String arn(AccountId account, String name) {
        return "arn:aws:iam::" + account + ":oidc-provider/" + name;
    }

    public String arn(AccountId account) {
        return arn(account, name);
    }

    /** The issuer's URL, as tokens name it. */
    public String url() {
        return "https://" + name;
    }

    OidcProvider withClientIds(List<String> newIds) {
        return new OidcProvider(name, newIds, thumbprints, tags, createdAt);
    }

    OidcProvider withThumbprints(List<String> newThumbprints) {
        return new OidcProvider(name, clientIds, newThumbprints, tags, createdAt);
    }

    OidcProvider withTags(Map<String, String> newTags) {
        return new OidcProvider(name, clientIds, thumbprints, newTags, createdAt);
    }
}
