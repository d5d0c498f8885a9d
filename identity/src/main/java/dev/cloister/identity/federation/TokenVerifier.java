package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.OidcProvider;
import dev.cloister.identity.federation.IssuerKeys.Age;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Verifies tokens of an account's OpenID Connect providers. Thread-safe. */
public final class TokenVerifier {
    private static final String SCHEME = "https://";

    /** How far an issuer's clock may be ahead of ours. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final IssuerKeys issuerKeys;

    TokenVerifier(IssuerKeys issuerKeys) {
        this.issuerKeys = issuerKeys;
    }

    /**
     * A verifier that finds issuers' keys by itself.
     *
     * @param network from where keys are fetched
     * @param keyFile a JSON object with a set of keys for each issuer's URL; its issuers are not
     *     asked
     */
    public static TokenVerifier of(
            IssuerNetwork network, Optional<Path> keyFile, InstantSource clock) {
        IssuerKeys discovered = new DiscoveredKeys(new IssuerClient(network)::fetch, clock);
        return new TokenVerifier(
                keyFile.<IssuerKeys>map(file -> new GivenKeys(file, discovered))
                        .orElse(discovered));
    }

    /**
     * What a token says, once its issuer, audience, times and signature are found good.
     *
     * @param account the account whose providers count
     * @throws AwsError InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim,
     *     IDPCommunicationError
     */
    public WebClaims verify(String text, AccountState account, Instant now) {
        WebToken token = WebToken.parse(text);
        TokenAlgorithm algorithm =
                token.algorithm()
                        .orElseThrow(
                                () ->
                                        FederationErrors.invalid(
                                                "The token's signature algorithm is not one of"
                                                        + " RS256, RS384, RS512, ES256, ES384,"
                                                        + " ES512"));
        String issuer =
                token.claim("iss")
                        .orElseThrow(
                                () -> FederationErrors.invalid("Missing a required claim: iss"));
        OidcProvider provider = provider(issuer, account);
        if (ClaimsReader.audiences(token).stream().noneMatch(provider.clientIds()::contains)) {
            throw FederationErrors.invalid("Incorrect token audience");
        }
        checkTimes(token, now);
        checkSignature(token, algorithm, provider);
        return new ClaimsReader(token, provider.name()).read();
    }

    private static OidcProvider provider(String issuer, AccountState account) {
        // Some issuers leave the scheme out (OpenID Connect Core, section 15.6.2).
        String name = issuer.startsWith(SCHEME) ? issuer.substring(SCHEME.length()) : issuer;
        return account.oidcProvider(OidcProvider.arn(account.account(), name))
                .orElseThrow(
                        () ->
                                FederationErrors.invalid(
                                        "No OpenIDConnect provider found in your account for "
                                                + issuer));
    }

    private static void checkTimes(WebToken token, Instant now) {
        long seconds = now.getEpochSecond();
        long expiration = time(token, "exp");
        if (seconds >= expiration) {
            throw FederationErrors.expired(seconds, expiration);
        }
        long latest = seconds + SKEW.toSeconds();
        if (time(token, "iat") > latest) {
            throw FederationErrors.rejected("The token was issued in the future");
        }
        if (token.claims().has("nbf") && time(token, "nbf") > latest) {
            throw FederationErrors.rejected("The token is not valid yet");
        }
    }

    private static long time(WebToken token, String claim) {
        JsonNode value = token.claims().path(claim);
        if (value.isMissingNode()) {
            throw FederationErrors.invalid("Missing a required claim: " + claim);
        }
        double seconds = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(seconds >= 0 && seconds < Long.MAX_VALUE)) {
            throw FederationErrors.invalid("The claim " + claim + " is not a time");
        }
        return (long) seconds;
    }

    private void checkSignature(WebToken token, TokenAlgorithm algorithm, OidcProvider provider) {
        List<VerificationKey> kept = candidates(token, algorithm, provider, Age.KEPT);
        List<VerificationKey> keys =
                kept.isEmpty() ? candidates(token, algorithm, provider, Age.FRESH) : kept;
        if (keys.isEmpty()) {
            throw FederationErrors.noKey();
        }
        if (keys.stream().noneMatch(key -> token.isSignedBy(key, algorithm))) {
            throw FederationErrors.invalid("The token's signature is invalid");
        }
    }

    /** The keys that a token can be signed with: those it names, or all if it names none. */
    private List<VerificationKey> candidates(
            WebToken token, TokenAlgorithm algorithm, OidcProvider provider, Age age) {
        return issuerKeys.of(provider, age).stream()
                .filter(
                        key ->
                                token.keyId()
                                        .map(id -> key.id().equals(Optional.of(id)))
                                        .orElse(true))
                .filter(key -> key.fits(algorithm))
                .toList();
    }
}
