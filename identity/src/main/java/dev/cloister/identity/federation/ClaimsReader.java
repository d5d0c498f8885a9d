package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Turns a verified token's claims into what decisions and sessions need. */
final class ClaimsReader {
    /** STS API Reference: webIdentitySubjectType, sourceIdentityType; tags as AssumeRole's. */
    private static final int MOST_SUBJECT = 255;

    private static final String SOURCE_IDENTITY_FORM = "[\\w+=,.@-]{2,64}";
    private static final int MOST_TAGS = 50;
    private static final int MOST_TAG_KEY = 128;
    private static final int MOST_TAG_VALUE = 256;

    /** Claims beyond these give no condition key. */
    private static final int MOST_KEYS = 100;

    private static final String TAGS = "https://aws.amazon.com/tags";
    private static final String SOURCE_IDENTITY = "https://aws.amazon.com/source_identity";

    private final WebToken token;
    private final String issuer;

    ClaimsReader(WebToken token, String issuer) {
        this.token = token;
        this.issuer = issuer;
    }

    /**
     * @throws AwsError InvalidIdentityToken, IDPRejectedClaim
     */
    WebClaims read() {
        String subject = required("sub");
        if (subject.isEmpty() || subject.length() > MOST_SUBJECT) {
            throw FederationErrors.rejected(
                    "The claim sub has to have 1 to " + MOST_SUBJECT + " characters");
        }
        return new WebClaims(
                issuer,
                subject,
                audiences(token).getFirst(),
                keys(),
                tags(),
                transitiveTagKeys(),
                sourceIdentity());
    }

    private String required(String claim) {
        return token.claim(claim)
                .orElseThrow(() -> FederationErrors.invalid("Missing a required claim: " + claim));
    }

    /**
     * The clients that a token is for: the authorized party where there is one, as STS has it, else
     * the audiences.
     *
     * @throws AwsError InvalidIdentityToken if it names none
     */
    static List<String> audiences(WebToken token) {
        Optional<String> party = token.claim("azp");
        List<String> audiences =
                party.map(List::of).orElseGet(() -> texts(token.claims().path("aud")));
        if (audiences.isEmpty()) {
            throw FederationErrors.invalid("Missing a required claim: aud");
        }
        return audiences;
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.values().forEach(value -> scalar(value).ifPresent(texts::add));
        } else {
            scalar(node).ifPresent(texts::add);
        }
        return texts;
    }

    private static Optional<String> scalar(JsonNode node) {
        return node.isString() || node.isNumber() || node.isBoolean()
                ? Optional.of(node.asString())
                : Optional.empty();
    }

    /** A condition key for each claim that is text or a list of it (IAM User Guide, OIDC keys). */
    private Map<String, List<String>> keys() {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> claim : token.claims().properties()) {
            List<String> values = texts(claim.getValue());
            if (!values.isEmpty() && keys.size() < MOST_KEYS) {
                keys.put(issuer + ":" + claim.getKey(), values);
            }
        }
        if (token.claim("azp").isPresent()) {
            keys.put(issuer + ":oaud", texts(token.claims().path("aud")));
        }
        keys.put(issuer + ":sub", List.of(required("sub")));
        keys.put(issuer + ":aud", audiences(token));
        return keys;
    }

    private Map<String, String> tags() {
        JsonNode given = token.claims().path(TAGS).path("principal_tags");
        Map<String, String> tags = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> tag : given.properties()) {
            List<String> values = texts(tag.getValue());
            boolean fits =
                    values.size() == 1
                            && !tag.getKey().isEmpty()
                            && tag.getKey().length() <= MOST_TAG_KEY
                            && values.getFirst().length() <= MOST_TAG_VALUE
                            && tag.getKey().matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+")
                            && values.getFirst().matches("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*")
                            && tags.keySet().stream().noneMatch(tag.getKey()::equalsIgnoreCase);
            if (!fits || tags.size() == MOST_TAGS) {
                throw FederationErrors.rejected("The claim " + TAGS + " holds no session tags");
            }
            tags.put(tag.getKey(), values.getFirst());
        }
        return tags;
    }

    private List<String> transitiveTagKeys() {
        return texts(token.claims().path(TAGS).path("transitive_tag_keys"));
    }

    private Optional<String> sourceIdentity() {
        Optional<String> identity = token.claim(SOURCE_IDENTITY);
        if (identity.filter(text -> !text.matches(SOURCE_IDENTITY_FORM)).isPresent()) {
            throw FederationErrors.rejected(
                    "The claim " + SOURCE_IDENTITY + " is no source identity");
        }
        return identity;
    }
}
