package dev.cloister.identity.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.access.RoleAssumption.Wish;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.RoleEdits.NewRole;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoleAssumptionTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final String ROLE = "arn:aws:iam::123456789012:role/r";
    private static final String OTHER = "arn:aws:iam::123456789012:role/other";
    private static final String EVERYBODY =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},\
            "Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}]}""";
    private static final String EVERYTHING =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

    @TempDir private Path folder;
    private Database database;
    private Identities identities;
    private RoleAssumption assumption;
    private PolicyAuthorizer authorizer;
    private Principal ana;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void open() {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()));
        identities =
                new Identities(
                        database,
                        new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                        () -> now,
                        new SecureRandom());
        identities.ensureAccount(ACCOUNT);
        Callers callers = new Callers(identities.directory());
        assumption = new RoleAssumption(identities, callers);
        authorizer = new PolicyAuthorizer(callers, identities.userKeys(), List.of());
        identities
                .directory()
                .entities()
                .create(ACCOUNT, Kind.USER, "ana", "/", Map.of(), Optional.empty());
        put(Kind.USER, "ana", EVERYTHING);
        ana =
                identities
                        .find(identities.userKeys().create(ACCOUNT, "ana").key().accessKeyId())
                        .orElseThrow()
                        .principal();
        for (String name : List.of("r", "other")) {
            role(name, EVERYBODY);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void role(String name, String trust) {
        identities
                .directory()
                .roles()
                .create(
                        ACCOUNT,
                        new NewRole(name, "/", trust, "", 43_200, Map.of(), Optional.empty()));
        put(Kind.ROLE, name, EVERYTHING);
    }

    private void put(Kind kind, String name, String document) {
        identities.directory().entities().putInline(ACCOUNT, kind, name, "p", document);
    }

    private RequestContext context(Principal caller) {
        return new RequestContext(
                UUID.randomUUID(),
                caller,
                new Region("us-east-1"),
                now,
                InetAddress.getLoopbackAddress(),
                "http://127.0.0.1:4566");
    }

    /** Wishes differ in a thing or two from this one. */
    private static Wish wish(String role) {
        return new Wish(
                role,
                "session",
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Wish tagged(String role, String key, String value, List<String> transitive) {
        return new Wish(
                role,
                "session",
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(Map.entry(key, value)),
                transitive,
                Optional.empty(),
                Optional.empty());
    }

    private static Wish lasting(String role, Duration duration) {
        return new Wish(
                role,
                "session",
                Optional.of(duration),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Wish naming(String role, String externalId, Optional<String> sourceIdentity) {
        return new Wish(
                role,
                "session",
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(externalId),
                sourceIdentity);
    }

    private SessionCredentials assume(Wish wish, Principal caller) {
        return assumption.assume(wish, context(caller));
    }

    private void refused(Wish wish, Principal caller, String code, String message) {
        assertThatThrownBy(() -> assume(wish, caller))
                .isInstanceOfSatisfying(
                        AwsError.class, error -> assertThat(error.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    private boolean may(Principal caller, String action) {
        try {
            authorizer.authorize("s3", List.of(AccessCheck.of(action, "*")), context(caller));
            return true;
        } catch (AwsError e) {
            assertThat(e.code()).isEqualTo("AccessDeniedException");
            return false;
        }
    }

    @Test
    void aChainedSessionLastsAnHourAtMost() {
        Principal first = assume(lasting(ROLE, Duration.ofHours(12)), ana).principal();
        refused(
                lasting(OTHER, Duration.ofSeconds(3_601)),
                first,
                "ValidationError",
                "exceeds the 1 hour session limit for roles assumed by role chaining");
        assertThat(assume(lasting(OTHER, Duration.ofHours(1)), first).expiresAt())
                .isEqualTo(now.plusSeconds(3_600));
        refused(
                lasting(ROLE, Duration.ofSeconds(43_201)),
                ana,
                "ValidationError",
                "exceeds the MaxSessionDuration");
    }

    @Test
    void anExternalIdHasToBeTheOneThatTheRoleAsksFor() {
        role(
                "external",
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},\
                "Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x1"}}}]}""");
        String arn = "arn:aws:iam::123456789012:role/external";
        refused(wish(arn), ana, "AccessDenied", "sts:AssumeRole");
        refused(naming(arn, "x2", Optional.empty()), ana, "AccessDenied", "sts:AssumeRole");
        assertThat(assume(naming(arn, "x1", Optional.empty()), ana).principal().arn())
                .endsWith(":assumed-role/external/session");
        // What else a session is given has to be allowed too.
        refused(
                naming(arn, "x1", Optional.of("ana")),
                ana,
                "AccessDenied",
                "sts:SetSourceIdentity");
    }

    @Test
    void aSourceIdentityStaysWithTheChain() {
        Principal first = assume(naming(ROLE, "xx", Optional.of("ana")), ana).principal();
        Principal second = assume(wish(OTHER), first).principal();
        assertThat(second.session().sourceIdentity()).contains("ana");
        refused(naming(OTHER, "xx", Optional.of("ben")), first, "AccessDenied", "source identity");
    }

    @Test
    void transitiveTagsAreInheritedAndNotOverridden() {
        Principal first = assume(tagged(ROLE, "team", "red", List.of("team")), ana).principal();
        Principal second = assume(wish(OTHER), first).principal();
        assertThat(second.session().tags()).containsExactly(Map.entry("team", "red"));
        refused(
                tagged(OTHER, "Team", "blue", List.of()),
                first,
                "InvalidParameterValue",
                "conflicts with a transitive tag key from the calling session");
        Principal plain = assume(tagged(ROLE, "team", "red", List.of()), ana).principal();
        assertThat(assume(wish(OTHER), plain).principal().session().tags()).isEmpty();
    }

    /** IAM User Guide, "Revoke IAM role temporary security credentials". */
    @Test
    void sessionsIssuedBeforeARevocationMayDoNothing() {
        Principal before = assume(wish(ROLE), ana).principal();
        assertThat(may(before, "s3:ListAllMyBuckets")).isTrue();
        now = now.plusSeconds(10);
        identities
                .directory()
                .entities()
                .putInline(
                        ACCOUNT,
                        Kind.ROLE,
                        "r",
                        "AWSRevokeOlderSessions",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*",\
                        "Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":\
                        "%s"}}}]}"""
                                .formatted(now));
        assertThat(may(before, "s3:ListAllMyBuckets")).isFalse();
        now = now.plusSeconds(1);
        assertThat(may(assume(wish(ROLE), ana).principal(), "s3:ListAllMyBuckets")).isTrue();
        // Users' own keys have no such time, so a revocation says nothing of them.
        assertThat(may(ana, "s3:ListAllMyBuckets")).isTrue();
    }

    @Test
    void theSessionsOfADeletedRoleMayDoNothingNorAnotherOfItsName() {
        Principal session = assume(wish(ROLE), ana).principal();
        assertThat(may(session, "s3:ListAllMyBuckets")).isTrue();
        identities.directory().entities().deleteInline(ACCOUNT, Kind.ROLE, "r", "p");
        identities.directory().roles().delete(ACCOUNT, "r");
        assertThat(may(session, "s3:ListAllMyBuckets")).isFalse();
        refused(wish(OTHER), session, "AccessDenied", "sts:AssumeRole");
        role("r", EVERYBODY);
        assertThat(may(session, "s3:ListAllMyBuckets")).isFalse();
    }

    @Test
    void aSessionPolicyNeverGrants() {
        put(
                Kind.ROLE,
                "r",
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",\
                "Resource":"*"}]}""");
        Wish narrow =
                new Wish(
                        ROLE,
                        "session",
                        Optional.empty(),
                        Optional.of(
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",\
                                "Action":["s3:ListAllMyBuckets","kms:ListKeys"],"Resource":"*"}]}"""),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty());
        Principal session = assume(narrow, ana).principal();
        assertThat(may(session, "s3:ListAllMyBuckets")).isTrue();
        assertThat(may(session, "s3:GetAccountPublicAccessBlock")).isFalse();
        assertThat(may(session, "kms:ListKeys")).isFalse();
    }

    @Test
    void aRefusalCarriesWhatItWasDecidedBy() {
        Callers callers = new Callers(identities.directory());
        PolicyAuthorizer telling =
                new PolicyAuthorizer(
                        callers,
                        identities.userKeys(),
                        List.of(),
                        Optional.of(identities.authorizationMessages()));
        put(
                Kind.USER,
                "ana",
                """
                {"Version":"2012-10-17","Statement":[{"Sid":"No","Effect":"Deny","Action":"s3:*",\
                "Resource":"*"}]}""");
        assertThatThrownBy(
                        () ->
                                telling.authorize(
                                        "s3",
                                        List.of(AccessCheck.of("s3:GetObject", "*")),
                                        context(ana)))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        error ->
                                assertThat(
                                                identities
                                                        .authorizationMessages()
                                                        .decode(
                                                                ACCOUNT,
                                                                error.headers()
                                                                        .getOrDefault(
                                                                                PolicyAuthorizer
                                                                                        .MESSAGE_HEADER,
                                                                                "")))
                                        .contains("\"explicitDeny\":true")
                                        .contains("\"statementId\":\"No\"")
                                        .contains("\"action\":\"s3:GetObject\"")
                                        .contains("aws:sourceip"));
    }
}
