package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A token in its compact form (RFC 7515, RFC 7519), taken apart and not yet verified. */
final class WebToken {
    /** Deep enough for any issuer, and duplicate members are refused: they mean two things. */
    static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(20)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .build();

    /** STS API Reference: clientTokenType. */
    private static final int MOST_CHARACTERS = 20_000;

    private final JsonNode header;
    private final JsonNode claims;
    private final byte[] signed;
    private final byte[] signature;

    private WebToken(JsonNode header, JsonNode claims, byte[] signed, byte[] signature) {
        this.header = header;
        this.claims = claims;
        this.signed = signed;
        this.signature = signature;
    }

    /**
     * @throws AwsError InvalidIdentityToken
     */
    static WebToken parse(String text) {
        String[] parts = text.length() > MOST_CHARACTERS ? new String[0] : text.split("\\.", -1);
        if (parts.length != 3) {
            throw FederationErrors.notAToken();
        }
        try {
            JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            // An extension that has to be understood and isn't makes the token invalid (RFC 7515,
            // section 4.1.11).
            if (!header.isObject() || !claims.isObject() || header.has("crit")) {
                throw FederationErrors.notAToken();
            }
            return new WebToken(
                    header,
                    claims,
                    (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                    Base64.getUrlDecoder().decode(parts[2]));
        } catch (IllegalArgumentException | JacksonException e) {
            throw FederationErrors.notAToken(); // the parser's reason would repeat the token
        }
    }

    Optional<TokenAlgorithm> algorithm() {
        return text(header, "alg").flatMap(TokenAlgorithm::find);
    }

    Optional<String> keyId() {
        return text(header, "kid");
    }

    JsonNode claims() {
        return claims;
    }

    Optional<String> claim(String name) {
        return text(claims, name);
    }

    boolean isSignedBy(VerificationKey key, TokenAlgorithm algorithm) {
        return key.fits(algorithm) && algorithm.verifies(key.key(), signed, signature);
    }

    private static Optional<String> text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }
}
