package dev.cloister.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.RoleEdits.NewRole;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExecutionRolesTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final String ROLE = "arn:aws:iam::123456789012:role/r";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";
    private static final String OTHER = "arn:aws:lambda:us-east-1:123456789012:function:g";
    private static final Duration LIFE = Duration.ofHours(15);

    @TempDir private Path folder;
    private Database database;
    private Identities identities;
    private ExecutionRoles roles;
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
        roles = new ExecutionRoles(identities, () -> now);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void role(String service, String condition) {
        identities
                .directory()
                .roles()
                .create(
                        ACCOUNT,
                        new NewRole(
                                "r",
                                "/",
                                """
                                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                                "Principal":{"Service":"%s"},"Action":"sts:AssumeRole"%s}]}"""
                                        .formatted(service, condition),
                                "",
                                3_600,
                                Map.of(),
                                Optional.empty()));
    }

    private SessionCredentials assume(String function) {
        return roles.assume(ROLE, function, "f", LIFE).orElseThrow();
    }

    @Test
    void onlyARoleThatIsThereAndTrustsLambdaIsAssumed() {
        assertThat(roles.assumable(ROLE, FUNCTION)).isFalse();
        assertThat(roles.assume(ROLE, FUNCTION, "f", LIFE)).isEmpty();
        role("lambda.amazonaws.com", "");
        assertThat(roles.assumable(ROLE, FUNCTION)).isTrue();
        assertThat(roles.assumable("arn:aws:iam::123456789012:role/path/r", FUNCTION)).isFalse();
        assertThat(roles.assumable("arn:aws:iam::210987654321:role/r", FUNCTION)).isFalse();
        assertThat(roles.assumable("no arn", FUNCTION)).isFalse();
        identities.directory().entities().delete(ACCOUNT, Kind.ROLE, "r");
        assertThat(roles.assume(ROLE, FUNCTION, "f", LIFE)).isEmpty();
    }

    @Test
    void aRoleOfAnotherServiceIsNotLambdas() {
        role("ec2.amazonaws.com", "");
        assertThat(roles.assumable(ROLE, FUNCTION)).isFalse();
    }

    @Test
    void aTrustPolicyMayNameTheFunction() {
        role(
                "lambda.amazonaws.com",
                ",\"Condition\":{\"ArnEquals\":{\"aws:SourceArn\":\"" + FUNCTION + "\"}}");
        assertThat(roles.assumable(ROLE, FUNCTION)).isTrue();
        assertThat(roles.assumable(ROLE, OTHER)).isFalse();
    }

    @Test
    void environmentsOfAFunctionShareASessionWhileItOutlivesThem() {
        role("lambda.amazonaws.com", "");
        SessionCredentials first = assume(FUNCTION);
        now = now.plus(Duration.ofMinutes(29));
        assertThat(assume(FUNCTION)).isEqualTo(first);
        assertThat(assume(OTHER)).isNotEqualTo(first);
        now = now.plus(Duration.ofMinutes(1));
        SessionCredentials second = assume(FUNCTION);
        assertThat(second).isNotEqualTo(first);
        for (SessionCredentials session : List.of(first, second)) {
            assertThat(session.expiresAt()).isAfterOrEqualTo(now.plus(LIFE));
        }
    }

    /** Revoking is a policy that denies sessions issued before it: new ones come after it. */
    @Test
    void aChangeOfThePoliciesEndsTheSharing() {
        role("lambda.amazonaws.com", "");
        SessionCredentials first = assume(FUNCTION);
        identities
                .directory()
                .entities()
                .attach(ACCOUNT, Kind.ROLE, "r", "arn:aws:iam::aws:policy/ReadOnlyAccess");
        assertThat(assume(FUNCTION)).isNotEqualTo(first);
    }

    @Test
    void aSessionSaysWhichFunctionActs() {
        role("lambda.amazonaws.com", "");
        SessionCredentials session = assume(FUNCTION);
        assertThat(session.principal().session().sourceFunctionArn()).contains(FUNCTION);
        assertThat(session.principal().arn())
                .isEqualTo("arn:aws:sts::123456789012:assumed-role/r/f");
    }
}
