package dev.cloister.identity.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.Identities;
import dev.cloister.identity.RandomIds;
import dev.cloister.identity.directory.Directory;
import dev.cloister.storage.Database;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenVerifierTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final long NOW = 1_790_000_000;

    @TempDir private Path folder;
    private Instant now = Instant.ofEpochSecond(NOW);
    private Database database;
    private Directory directory;
    private TestIssuer issuer;
    private TokenVerifier verifier;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        database = new SqliteDatabase(folder.resolve("db"), List.of(Identities.migration()));
        directory = new Directory(database, () -> now, new RandomIds(new SecureRandom()));
        issuer = new TestIssuer(folder.resolve("ca"), List.of("127.0.0.1"));
        verifier = TokenVerifier.of(IssuerNetwork.ANY, Optional.empty(), () -> now);
        provide(issuer.thumbprint());
    }

    @AfterEach
    void close() {
        issuer.close();
        database.close();
    }

    private void provide(String thumbprint) {
        directory
                .oidcProviders()
                .create(ACCOUNT, issuer.url(), List.of("ci"), List.of(thumbprint), Map.of());
    }

    private Map<String, Object> claims() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("iss", issuer.url());
        claims.put("sub", "repo:a/b");
        claims.put("aud", "ci");
        claims.put("iat", NOW);
        claims.put("exp", NOW + 300);
        return claims;
    }

    private WebClaims verify(String token) {
        return verifier.verify(token, directory.state(ACCOUNT), now);
    }

    private void refused(String token, String code, String message) {
        assertThatThrownBy(() -> verify(token))
                .isInstanceOfSatisfying(
                        AwsError.class, error -> assertThat(error.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void aGoodTokenSaysWhoItIs() throws GeneralSecurityException {
        WebClaims claims = verify(issuer.token(claims()));

        assertThat(claims.issuer()).isEqualTo(issuer.name());
        assertThat(claims.subject()).isEqualTo("repo:a/b");
        assertThat(claims.audience()).isEqualTo("ci");
        assertThat(claims.keys())
                .containsEntry(issuer.name() + ":sub", List.of("repo:a/b"))
                .containsEntry(issuer.name() + ":aud", List.of("ci"));
    }

    @Test
    void bothKindsOfKeysVerify() throws GeneralSecurityException {
        assertThat(verify(issuer.token(Map.of("alg", "ES256", "kid", "curve"), claims())).subject())
                .isEqualTo("repo:a/b");
        assertThat(verify(issuer.token(Map.of("alg", "RS256"), claims())).subject())
                .isEqualTo("repo:a/b");
    }

    @Test
    void theAuthorizedPartyIsTheAudience() throws GeneralSecurityException {
        Map<String, Object> claims = claims();
        claims.put("azp", "ci");
        claims.put("aud", List.of("x", "y"));
        WebClaims read = verify(issuer.token(claims));
        assertThat(read.keys())
                .containsEntry(issuer.name() + ":aud", List.of("ci"))
                .containsEntry(issuer.name() + ":oaud", List.of("x", "y"));
        claims.put("azp", "x");
        refused(issuer.token(claims), "InvalidIdentityToken", "Incorrect token audience");
    }

    @Test
    void tagsAndSourceIdentityComeAlong() throws GeneralSecurityException {
        Map<String, Object> claims = claims();
        claims.put(
                "https://aws.amazon.com/tags",
                Map.of(
                        "principal_tags",
                        Map.of("team", List.of("red")),
                        "transitive_tag_keys",
                        List.of("team")));
        claims.put("https://aws.amazon.com/source_identity", "ana");
        WebClaims read = verify(issuer.token(claims));
        assertThat(read.tags()).containsExactly(Map.entry("team", "red"));
        assertThat(read.transitiveTagKeys()).containsExactly("team");
        assertThat(read.sourceIdentity()).contains("ana");

        claims.put("https://aws.amazon.com/source_identity", "an a");
        refused(issuer.token(claims), "IDPRejectedClaim", "no source identity");
        claims.put("https://aws.amazon.com/tags", Map.of("principal_tags", Map.of("t", "x\u0000")));
        refused(issuer.token(claims), "IDPRejectedClaim", "no session tags");
    }

    @ParameterizedTest
    @CsvSource({
        "exp, 0, ExpiredTokenException, Token expired: current date/time 1790000000 must be before",
        "iat, 301, IDPRejectedClaim, issued in the future",
        "nbf, 301, IDPRejectedClaim, not valid yet"
    })
    void timesCount(String claim, long after, String code, String message)
            throws GeneralSecurityException {
        Map<String, Object> claims = claims();
        claims.put(claim, NOW + after);
        refused(issuer.token(claims), code, message);
        claims.put(claim, "soon");
        refused(issuer.token(claims), "InvalidIdentityToken", "is not a time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub", "aud", "exp", "iat"})
    void claimsThatMissAreNamed(String claim) throws GeneralSecurityException {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        refused(issuer.token(claims), "InvalidIdentityToken", "Missing a required claim: " + claim);
    }

    @Test
    void otherIssuersAndAudiencesAreRefused() throws GeneralSecurityException {
        Map<String, Object> claims = claims();
        claims.put("aud", "other");
        refused(issuer.token(claims), "InvalidIdentityToken", "Incorrect token audience");
        claims.put("iss", "https://other.example.com");
        refused(
                issuer.token(claims),
                "InvalidIdentityToken",
                "No OpenIDConnect provider found in your account for https://other.example.com");
        assertThat(issuer.requests()).isZero();
    }

    @Test
    void nothingButTheIssuersSignatureCounts() throws GeneralSecurityException {
        String token = issuer.token(claims());
        String[] parts = token.split("\\.", -1);
        Map<String, Object> claims = claims();
        claims.put("sub", "repo:evil/b");
        String forged = issuer.token(claims).split("\\.", -1)[1];
        refused(
                parts[0] + "." + forged + "." + parts[2],
                "InvalidIdentityToken",
                "signature is invalid");
        refused(parts[0] + "." + parts[1] + ".", "InvalidIdentityToken", "signature is invalid");
        refused(parts[0] + "." + parts[1] + ".AAAA", "InvalidIdentityToken", "signature is inv");
        String none = header("{\"alg\":\"none\"}") + "." + parts[1] + ".";
        refused(none, "InvalidIdentityToken", "algorithm");
        // The public key as a shared secret, and one kind of key for another's algorithm.
        String shared = header("{\"alg\":\"HS256\",\"kid\":\"rsa\"}");
        refused(shared + "." + parts[1] + "." + parts[2], "InvalidIdentityToken", "algorithm");
        String other = header("{\"alg\":\"ES256\",\"kid\":\"rsa\"}");
        refused(
                other + "." + parts[1] + "." + parts[2],
                "InvalidIdentityToken",
                "Couldn't retrieve verification key");
        String critical = header("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"crit\":[\"x\"]}");
        refused(critical + "." + parts[1] + "." + parts[2], "InvalidIdentityToken", "valid JWT");
    }

    private static String header(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "a.b.c", "e30.e30.!", "....", "W10.W10.AA", "e30.e30.AA"})
    void whatIsNoTokenIsRefused(String text) {
        assertThatThrownBy(() -> verify(text))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error -> assertThat(error.code()).isEqualTo("InvalidIdentityToken"));
    }

    @Test
    void claimsThatComeTwiceAreRefused() throws GeneralSecurityException {
        String token = issuer.token(claims());
        String[] parts = token.split("\\.", -1);
        String twice = header("{\"iss\":\"" + issuer.url() + "\",\"sub\":\"a\",\"sub\":\"b\"}");
        refused(parts[0] + "." + twice + "." + parts[2], "InvalidIdentityToken", "valid JWT");
    }

    @Test
    void keysAreFetchedOnceAndAgainForOneThatIsNew() throws GeneralSecurityException {
        String all = issuer.keys();
        issuer.page("/keys", "{\"keys\":[]}");
        refused(issuer.token(claims()), "InvalidIdentityToken", "Couldn't retrieve");
        int asked = issuer.requests();
        issuer.page("/keys", all);
        refused(issuer.token(claims()), "InvalidIdentityToken", "Couldn't retrieve");
        assertThat(issuer.requests()).isEqualTo(asked);

        now = now.plus(DiscoveredKeys.AGAIN);
        assertThat(verify(issuer.token(claims())).subject()).isEqualTo("repo:a/b");
        asked = issuer.requests();
        for (int i = 0; i < 10; i++) {
            assertThat(verify(issuer.token(claims())).subject()).isEqualTo("repo:a/b");
        }
        assertThat(issuer.requests()).isEqualTo(asked);
    }

    @Test
    void anIssuerThatFailsIsNotAskedAgainAtOnce() throws GeneralSecurityException {
        issuer.remove("/keys");
        refused(issuer.token(claims()), "InvalidIdentityToken", "Couldn't retrieve");
        int asked = issuer.requests();
        refused(issuer.token(claims()), "InvalidIdentityToken", "Couldn't retrieve");
        assertThat(issuer.requests()).isEqualTo(asked);
    }

    @Test
    void whatIssuersPublishIsHostileToo() throws GeneralSecurityException {
        for (String page :
                List.of(
                        "no JSON",
                        "[]",
                        "{\"issuer\":\"https://other\",\"jwks_uri\":\"" + issuer.url() + "/keys\"}",
                        "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"file:///etc/passwd\"}",
                        "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"http://127.0.0.1/\"}",
                        "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":7}",
                        "{\"x\":\"" + "x".repeat(300_000) + "\"}")) {
            issuer.page("/.well-known/openid-configuration", page);
            assertThatThrownBy(() -> verify(issuer.token(claims())))
                    .isInstanceOfSatisfying(
                            AwsError.class,
                            error ->
                                    assertThat(error.code())
                                            .isIn("InvalidIdentityToken", "IDPCommunicationError"));
            now = now.plus(DiscoveredKeys.AGAIN);
        }
    }

    @Test
    void aServerThatNobodyTrustsIsNotBelieved() throws IOException, GeneralSecurityException {
        String arn = "arn:aws:iam::" + ACCOUNT + ":oidc-provider/" + issuer.name();
        directory.oidcProviders().setThumbprints(ACCOUNT, arn, List.of("0".repeat(40)));
        refused(
                issuer.token(claims()),
                "InvalidIdentityToken",
                "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");

        // The right authority's certificate for another name is none for this one.
        try (TestIssuer other =
                new TestIssuer(folder.resolve("other"), List.of("other.example.com"))) {
            directory
                    .oidcProviders()
                    .create(
                            ACCOUNT,
                            other.url(),
                            List.of("ci"),
                            List.of(other.thumbprint()),
                            Map.of());
            Map<String, Object> claims = claims();
            claims.put("iss", other.url());
            refused(other.token(claims), "IDPCommunicationError", "could not be reached");
            assertThat(other.requests()).isZero();
        }
    }

    @Test
    void aFileOfKeysNeedsNoIssuer() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("issuers.json");
        Files.writeString(file, "{\"%s\":%s}".formatted(issuer.url(), issuer.keys()));
        verifier = TokenVerifier.of(IssuerNetwork.NONE, Optional.of(file), () -> now);
        assertThat(verify(issuer.token(claims())).subject()).isEqualTo("repo:a/b");
        assertThat(issuer.requests()).isZero();
        Files.writeString(file, "{\"https://other\":{\"keys\":[]} }");
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1));
        refused(issuer.token(claims()), "IDPCommunicationError", "fetches no keys from there");
    }

    @Test
    void privateAddressesAreNotAskedUnlessTheOwnerSaysSo() throws Exception {
        verifier = TokenVerifier.of(IssuerNetwork.PUBLIC, Optional.empty(), () -> now);
        refused(issuer.token(claims()), "IDPCommunicationError", "fetches no keys from there");
        assertThat(issuer.requests()).isZero();
        for (String address :
                List.of(
                        "10.1.2.3",
                        "127.0.0.2",
                        "169.254.169.254",
                        "100.64.0.1",
                        "0.0.0.0",
                        "198.18.0.1",
                        "255.255.255.255",
                        "::1",
                        "fe80::1",
                        "fd00::1",
                        "64:ff9b::a00:1",
                        "2002:a00:1::1")) {
            assertThat(IssuerNetwork.PUBLIC.allows(InetAddress.ofLiteral(address)))
                    .as(address)
                    .isFalse();
        }
        assertThat(IssuerNetwork.PUBLIC.allows(InetAddress.ofLiteral("8.8.8.8"))).isTrue();
        assertThat(IssuerNetwork.PUBLIC.allows(InetAddress.ofLiteral("2606:4700::1"))).isTrue();
    }
}
