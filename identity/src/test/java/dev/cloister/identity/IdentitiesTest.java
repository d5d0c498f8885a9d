package dev.cloister.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Principal;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.CorruptEnvelopeException;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class IdentitiesTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";

    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final String ROLE = "arn:aws:iam::123456789012:role/service-role/r";
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir private Path folder;
    private Database database;
    private Instant now = Instant.parse("2026-01-01T00:00:00.5Z");

    @BeforeEach
    void open() {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** As a start does it: all that is in memory comes from the disk. */
    private Identities identities() {
        RootKeyring keyring = RootKeyring.open(folder.resolve("root.key"), database);
        return new Identities(database, new Envelope(keyring), () -> now, new SecureRandom());
    }

    @Test
    void theFirstStartMakesAnAccountWithAnAdministrator() {
        Identities first = identities();
        assertThat(first.accounts()).isEmpty();
        Account account = first.ensureAccount();
        AccessKey key = first.administratorKey(account.id());
        assertThat(account.id().value()).matches("[1-9][0-9]{11}");
        assertThat(key.accessKeyId()).matches("AKIA[A-Z2-7]{16}");
        assertThat(key.secretAccessKey().reveal()).matches("[A-Za-z0-9+/]{40}");

        Identities second = identities();
        assertThat(second.ensureAccount()).isEqualTo(account);
        assertThat(second.administratorKey(account.id())).isEqualTo(key);
        assertThat(second.credentials(key.accessKeyId())).contains(key);
        assertThat(second.find(key.accessKeyId()))
                .contains(
                        new SigningCredential(
                                new Principal(
                                        account.id(),
                                        "arn:aws:iam::" + account.id() + ":root",
                                        account.id().value(),
                                        key.accessKeyId()),
                                key.secretAccessKey(),
                                Optional.empty()));
    }

    @Test
    void theAccountIdCanBeGiven() {
        Identities identities = identities();
        assertThat(identities.ensureAccount(ACCOUNT).id()).isEqualTo(ACCOUNT);
        assertThat(identities.ensureAccount(ACCOUNT).id()).isEqualTo(ACCOUNT);
        assertThat(identities.accounts()).hasSize(1);
    }

    @Test
    void accountsAreApart() {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        now = now.plusSeconds(1);
        Account other = identities.createAccount("team b");
        assertThat(identities.accounts())
                .extracting(Account::id)
                .containsExactly(ACCOUNT, other.id());
        AccessKey key = identities.administratorKey(other.id());
        SigningCredential found = identities.find(key.accessKeyId()).orElseThrow();
        assertThat(found.principal().account()).isEqualTo(other.id());
        assertThatThrownBy(() -> identities.deleteAccessKey(ACCOUNT, key.accessKeyId()))
                .isInstanceOf(AwsError.class)
                .hasMessage("The Access Key with id %s cannot be found.", key.accessKeyId());
        assertThatThrownBy(() -> identities.issue(other.id(), ROLE, FUNCTION, "f", HOUR))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(identities()).extracting(Identities::accounts).isEqualTo(identities.accounts());
    }

    @Test
    void accessKeysComeAndGoWithinTheQuota() {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        AccessKey first = identities.administratorKey(ACCOUNT);
        now = now.plusSeconds(1);
        AccessKey second = identities.createAccessKey(ACCOUNT);
        assertThat(identities().accessKeys(ACCOUNT)).containsExactly(first, second);
        assertThatThrownBy(() -> identities.createAccessKey(ACCOUNT))
                .isInstanceOf(AwsError.class)
                .hasMessage("Cannot exceed quota for AccessKeysPerUser: 2");
        identities.deleteAccessKey(ACCOUNT, first.accessKeyId());
        assertThat(identities.find(first.accessKeyId())).isEmpty();
        assertThat(identities().find(first.accessKeyId())).isEmpty();
        identities.deleteAccessKey(ACCOUNT, second.accessKeyId());
        AccessKey third = identities.administratorKey(ACCOUNT);
        assertThat(identities().administratorKey(ACCOUNT)).isEqualTo(third);
    }

    @Test
    void aSessionIsWhatStsWouldMakeIt() {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        SessionCredentials session = identities.issue(ACCOUNT, ROLE, FUNCTION, "my-function", HOUR);
        assertThat(session.accessKeyId()).matches("ASIA[A-Z2-7]{16}");
        assertThat(session.secretAccessKey().reveal()).matches("[A-Za-z0-9+/]{40}");
        assertThat(session.expiresAt()).isEqualTo(Instant.parse("2026-01-01T01:00:00Z"));
        assertThat(session.principal().arn())
                .isEqualTo("arn:aws:sts::123456789012:assumed-role/r/my-function");
        assertThat(session.principal().userId()).matches("AROA[A-Z2-7]{17}:my-function");
        assertThat(
                        identities
                                .issue(ACCOUNT, ROLE, FUNCTION, "my-function", HOUR)
                                .principal()
                                .userId())
                .isEqualTo(session.principal().userId());
        assertFound(identities.find(session.accessKeyId()), session);
        assertFound(
                identities.find(
                        session.accessKeyId(), Optional.of(session.sessionToken().reveal())),
                session);
    }

    private static void assertFound(Optional<SigningCredential> found, SessionCredentials session) {
        SigningCredential credential = found.orElseThrow();
        assertThat(credential.principal()).isEqualTo(session.principal());
        assertThat(credential.secret()).isEqualTo(session.secretAccessKey());
        assertThat(credential.session().orElseThrow().token()).isEqualTo(session.sessionToken());
        assertThat(credential.session().orElseThrow().expiresAt()).isEqualTo(session.expiresAt());
    }

    @Test
    void aSessionSurvivesARestartByItsTokenAlone() {
        Identities before = identities();
        before.ensureAccount(ACCOUNT);
        SessionCredentials session = before.issue(ACCOUNT, ROLE, FUNCTION, "f", HOUR);
        SessionCredentials other = before.issue(ACCOUNT, ROLE, FUNCTION, "f", HOUR);
        String token = session.sessionToken().reveal();

        Identities after = identities();
        assertThat(after.find(session.accessKeyId())).isEmpty();
        assertThat(after.find(other.accessKeyId(), Optional.of(token))).isEmpty();
        assertThat(after.find(session.accessKeyId(), Optional.empty())).isEmpty();
        assertFound(after.find(session.accessKeyId(), Optional.of(token)), session);
        assertFound(after.find(session.accessKeyId()), session);
        // A known key with a strange token: the edge compares, and refuses.
        assertFound(after.find(session.accessKeyId(), Optional.of("strange")), session);
    }

    @Test
    void noChangedTokenIsBelieved() {
        Identities before = identities();
        before.ensureAccount(ACCOUNT);
        SessionCredentials session = before.issue(ACCOUNT, ROLE, FUNCTION, "f", HOUR);
        byte[] token = Base64.getDecoder().decode(session.sessionToken().reveal());
        Identities after = identities();
        for (int i = 0; i < token.length; i++) {
            byte[] bad = token.clone();
            bad[i] ^= 1;
            assertThat(find(after, session, Base64.getEncoder().encodeToString(bad)))
                    .as("byte %d", i)
                    .isEmpty();
        }
        long seed = 7;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            String text =
                    random.nextBoolean()
                            ? Base64.getEncoder().encodeToString(noise)
                            : new String(noise, StandardCharsets.ISO_8859_1);
            assertThat(find(after, session, text)).as("seed %d, %d", seed, i).isEmpty();
        }
        assertThat(find(after, session, "A".repeat(1_000_000))).isEmpty();
    }

    private static Optional<SigningCredential> find(
            Identities identities, SessionCredentials session, String token) {
        return identities.find(session.accessKeyId(), Optional.of(token));
    }

    @Test
    void aTokenOfAnotherInstallationIsNotBelieved() {
        Identities mine = identities();
        mine.ensureAccount(ACCOUNT);
        try (Database otherDatabase =
                new SqliteDatabase(
                        folder.resolve("other.db"),
                        List.of(RootKeyring.migration(), Identities.migration()))) {
            RootKeyring keyring = RootKeyring.open(folder.resolve("other.key"), otherDatabase);
            Identities other =
                    new Identities(
                            otherDatabase, new Envelope(keyring), () -> now, new SecureRandom());
            other.ensureAccount(ACCOUNT);
            SessionCredentials session = other.issue(ACCOUNT, ROLE, FUNCTION, "f", HOUR);
            assertThat(find(mine, session, session.sessionToken().reveal())).isEmpty();
        }
    }

    @Test
    void anExpiredSessionIsFoundWithItsExpiry() {
        Identities before = identities();
        before.ensureAccount(ACCOUNT);
        SessionCredentials session =
                before.issue(ACCOUNT, ROLE, FUNCTION, "f", Duration.ofSeconds(1));
        now = now.plusSeconds(100);
        assertFound(find(identities(), session, session.sessionToken().reveal()), session);
    }

    @Test
    void theMemoryOfSessionsIsBoundedAndForgettingLosesNone() {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        SessionCredentials first = identities.issue(ACCOUNT, ROLE, FUNCTION, "f", HOUR);
        for (int i = 0; i < Sessions.MOST; i++) {
            identities.issue(ACCOUNT, ROLE, FUNCTION, "g", HOUR);
        }
        assertThat(identities.find(first.accessKeyId())).isEmpty();
        assertFound(find(identities, first, first.sessionToken().reveal()), first);
    }

    @Test
    void sessionsOutOfTheirFormAreRefused() {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        assertThatThrownBy(() -> identities.issue(ACCOUNT, "not an arn", FUNCTION, "f", HOUR))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identities.issue(ACCOUNT, ROLE, FUNCTION, "a/b", HOUR))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identities.issue(ACCOUNT, ROLE, FUNCTION, "f", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> identities.issue(ACCOUNT, ROLE, FUNCTION, "f", Duration.ofHours(37)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretMovedToAnotherKeyIsFound() {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        identities.createAccessKey(ACCOUNT);
        database.update(
                h ->
                        h.execute(
                                "UPDATE access_keys SET sealed_secret ="
                                        + " (SELECT min(sealed_secret) FROM access_keys)"));
        assertThatThrownBy(this::identities)
                .isInstanceOfAny(
                        CorruptEnvelopeException.class,
                        dev.cloister.storage.KeyUnavailableException.class);
    }

    @Test
    void noSecretIsInClearInAnyFileOrText() throws IOException {
        Identities identities = identities();
        identities.ensureAccount(ACCOUNT);
        AccessKey key = identities.administratorKey(ACCOUNT);
        SessionCredentials session = identities.issue(ACCOUNT, ROLE, FUNCTION, "f", HOUR);
        List<String> secrets =
                List.of(
                        key.secretAccessKey().reveal(),
                        session.secretAccessKey().reveal(),
                        session.sessionToken().reveal());
        String shown = key + " " + session + " " + identities.find(key.accessKeyId());
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(4);
        for (String secret : secrets) {
            assertThat(shown.contains(secret)).isFalse();
            String raw =
                    new String(Base64.getDecoder().decode(secret), StandardCharsets.ISO_8859_1);
            for (Path file : files) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(content.contains(secret)).as(file.toString()).isFalse();
                assertThat(content.contains(raw)).as(file.toString()).isFalse();
            }
        }
    }
}
