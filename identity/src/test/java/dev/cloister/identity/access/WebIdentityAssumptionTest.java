package dev.cloister.identity.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.UnsignedContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.WebIdentityAssumption.Assumed;
import dev.cloister.identity.access.WebIdentityAssumption.Wish;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.RoleEdits.NewRole;
import dev.cloister.identity.federation.IssuerNetwork;
import dev.cloister.identity.federation.TestIssuer;
import dev.cloister.identity.federation.TokenVerifier;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WebIdentityAssumptionTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final String ROLE = "arn:aws:iam::123456789012:role/ci";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private Database database;
    private Identities identities;
    private TestIssuer issuer;
    private WebIdentityAssumption assumption;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()));
        identities =
                new Identities(
                        database,
                        new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                        () -> NOW,
                        new SecureRandom());
        identities.ensureAccount(ACCOUNT);
        issuer = new TestIssuer(folder.resolve("ca"), List.of("127.0.0.1"));
        identities
                .directory()
                .oidcProviders()
                .create(
                        ACCOUNT,
                        issuer.url(),
                        List.of("ci"),
                        List.of(issuer.thumbprint()),
                        Map.of());
        assumption =
                new WebIdentityAssumption(
                        identities,
                        TokenVerifier.of(IssuerNetwork.ANY, Optional.empty(), () -> NOW));
        role("[\"sts:AssumeRoleWithWebIdentity\",\"sts:TagSession\"]");
    }

    @AfterEach
    void close() {
        issuer.close();
        database.close();
    }

    private void role(String actions) {
        String trust =
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":%s,
                "Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/%s"},
                "Condition":{"StringEquals":{"%2$s:aud":"ci"},"StringLike":{"%2$s:sub":"repo:*"}}}]}"""
                        .formatted(actions, issuer.name());
        if (identities.directory().state(ACCOUNT).find(Kind.ROLE, "ci").isPresent()) {
            identities.directory().roles().updateTrust(ACCOUNT, "ci", trust);
        } else {
            identities
                    .directory()
                    .roles()
                    .create(
                            ACCOUNT,
                            new NewRole("ci", "/", trust, "", 3_600, Map.of(), Optional.empty()));
        }
    }

    private Map<String, Object> claims(String subject) {
        Map<String, Object> claims = new HashMap<>();
        claims.put("iss", issuer.url());
        claims.put("sub", subject);
        claims.put("aud", "ci");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 300);
        return claims;
    }

    private Assumed assume(String role, Map<String, Object> claims)
            throws GeneralSecurityException {
        return assumption.assume(
                new Wish(
                        role,
                        "session",
                        issuer.token(claims),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()),
                new UnsignedContext(
                        UUID.randomUUID(),
                        NOW,
                        InetAddress.getLoopbackAddress(),
                        "http://127.0.0.1:4566"));
    }

    private void denied(String role, Map<String, Object> claims, String action) {
        assertThatThrownBy(() -> assume(role, claims))
                .isInstanceOf(AwsError.class)
                .hasMessage("Not authorized to perform " + action);
    }

    @Test
    void whoTheRoleTrustsGetsASession() throws GeneralSecurityException {
        Map<String, Object> claims = claims("repo:a");
        claims.put("https://aws.amazon.com/tags", Map.of("principal_tags", Map.of("team", "red")));
        Assumed assumed = assume(ROLE, claims);
        assertThat(assumed.credentials().principal().arn())
                .isEqualTo("arn:aws:sts::123456789012:assumed-role/ci/session");
        assertThat(assumed.credentials().expiresAt()).isEqualTo(NOW.plusSeconds(3_600));
        assertThat(assumed.credentials().principal().session().tags())
                .containsExactly(Map.entry("team", "red"));
        assertThat(assumed.credentials().principal().session().federatedProvider())
                .contains(assumed.providerArn());
        // The session works with its token alone, as after a restart.
        assertThat(
                        identities
                                .find(
                                        assumed.credentials().accessKeyId(),
                                        Optional.of(assumed.credentials().sessionToken().reveal()))
                                .orElseThrow()
                                .principal()
                                .session()
                                .federatedProvider())
                .contains(assumed.providerArn());
    }

    @Test
    void othersLearnNothing() {
        denied(ROLE, claims("user:a"), "sts:AssumeRoleWithWebIdentity");
        denied(ROLE + "x", claims("repo:a"), "sts:AssumeRoleWithWebIdentity");
    }

    @Test
    void tagsAndSourceIdentityNeedTheirOwnPermission() {
        Map<String, Object> claims = claims("repo:a");
        claims.put("https://aws.amazon.com/source_identity", "ana");
        denied(ROLE, claims, "sts:SetSourceIdentity");
        role("\"sts:AssumeRoleWithWebIdentity\"");
        claims.remove("https://aws.amazon.com/source_identity");
        claims.put("https://aws.amazon.com/tags", Map.of("principal_tags", Map.of("team", "red")));
        denied(ROLE, claims, "sts:TagSession");
    }

    @Test
    void aProviderOfOneAccountIsNoneOfAnother() {
        AccountId other = new AccountId("210987654321");
        identities.ensureAccount(other);
        assertThatThrownBy(() -> assume("arn:aws:iam::210987654321:role/ci", claims("repo:a")))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("No OpenIDConnect provider found in your account");
    }
}
