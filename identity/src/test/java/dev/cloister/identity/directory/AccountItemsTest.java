package dev.cloister.identity.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.Identities;
import dev.cloister.identity.RandomIds;
import dev.cloister.storage.Database;
import dev.cloister.storage.SqliteDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect providers, aliases and the last uses of roles. */
final class AccountItemsTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final AccountId OTHER = new AccountId("210987654321");
    private static final String ARN = "arn:aws:iam::123456789012:oidc-provider/ci.example.com/a";

    @TempDir private Path folder;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Database database;
    private Directory directory;

    @BeforeEach
    void open() {
        database = new SqliteDatabase(folder.resolve("db"), List.of(Identities.migration()));
        directory = load();
    }

    private Directory load() {
        return new Directory(database, () -> now, new RandomIds(new SecureRandom()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private OidcProvider create(String url) {
        return directory
                .oidcProviders()
                .create(ACCOUNT, url, List.of("x"), List.of("A".repeat(40)), Map.of("k", "v"));
    }

    @Test
    void whatIsStoredIsThereAfterARestart() {
        OidcProvider lower = create("https://ci.example.com/a");
        OidcProvider upper = create("https://ci.example.com/A");
        assertThat(lower.thumbprints()).containsExactly("a".repeat(40));
        directory.aliases().create(ACCOUNT, "one");
        directory.aliases().create(ACCOUNT, "two");
        directory.oidcProviders().addClientId(ACCOUNT, ARN, "y");
        directory.oidcProviders().removeClientId(ACCOUNT, ARN, "nobody");
        directory.oidcProviders().untag(ACCOUNT, ARN, List.of("k"));

        AccountState state = load().state(ACCOUNT);
        assertThat(state.oidcProvider(upper.arn(ACCOUNT))).contains(upper);
        assertThat(state.oidcProvider(ARN).orElseThrow().clientIds()).containsExactly("x", "y");
        assertThat(state.oidcProvider(ARN).orElseThrow().tags()).isEmpty();
        assertThat(state.alias()).contains(new AccountAlias("two"));

        directory.oidcProviders().delete(ACCOUNT, ARN);
        directory.oidcProviders().delete(ACCOUNT, ARN);
        directory.aliases().delete(ACCOUNT, "two");
        state = load().state(ACCOUNT);
        assertThat(state.oidcProviders()).containsExactly(upper);
        assertThat(state.alias()).isEmpty();
    }

    @Test
    void anAliasIsOneAccounts() {
        directory.aliases().create(ACCOUNT, "one");
        assertThatThrownBy(() -> directory.aliases().create(OTHER, "one"))
                .isInstanceOf(AwsError.class)
                .hasMessage("The account alias one already exists.");
        assertThatThrownBy(() -> directory.aliases().delete(OTHER, "one"))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("cannot be found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://ci.example.com",
                "ci.example.com",
                "https://",
                "https://u@ci.example.com",
                "https://ci.example.com?x=1",
                "https://ci.example.com#x",
                "https://ci.example.com//a",
                "https://ci.example.com/../a",
                "https://ci example.com"
            })
    void anIssuerIsAnHttpsUrlAndNoMore(String url) {
        assertThatThrownBy(() -> create(url))
                .isInstanceOf(AwsError.class)
                .hasMessage("Invalid Open ID Connect Provider URL");
        assertThat(directory.state(ACCOUNT).oidcProviders()).isEmpty();
    }

    @Test
    void quotasHold() {
        create("https://ci.example.com/a");
        assertThatThrownBy(() -> create("https://ci.example.com/a"))
                .hasMessage("Provider with url https://ci.example.com/a already exists.");
        List<String> many = IntStream.range(0, 101).mapToObj(Integer::toString).toList();
        assertThatThrownBy(
                        () ->
                                directory
                                        .oidcProviders()
                                        .create(
                                                ACCOUNT,
                                                "https://b.example.com",
                                                many,
                                                List.of(),
                                                Map.of()))
                .hasMessage("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100");
        assertThatThrownBy(() -> directory.oidcProviders().setThumbprints(ACCOUNT, ARN, many))
                .hasMessageContaining("Thumbprint list");
        assertThatThrownBy(
                        () ->
                                directory
                                        .oidcProviders()
                                        .setThumbprints(ACCOUNT, ARN, List.of("g".repeat(40))))
                .hasMessageContaining("illegal characters");
        String missing = ARN + "x";
        assertThatThrownBy(() -> directory.oidcProviders().addClientId(ACCOUNT, missing, "y"))
                .hasMessage("OpenIDConnect Provider not found for arn " + missing);
        for (int i = 1; i < 100; i++) {
            create("https://ci.example.com/" + i);
        }
        assertThatThrownBy(() -> create("https://ci.example.com/more"))
                .hasMessage("Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100");
    }

    @Test
    void theLastUseOfARoleIsRemembered() {
        directory.roleUses().used("AROAX", "us-east-1");
        now = now.plusSeconds(60);
        directory.roleUses().used("AROAX", "us-east-1");
        assertThat(load().roleUses().of("AROAX"))
                .contains(new RoleUses.Use(now.minusSeconds(60), "us-east-1"));
        directory.roleUses().used("AROAX", "eu-west-1");
        assertThat(load().roleUses().of("AROAX")).contains(new RoleUses.Use(now, "eu-west-1"));
        assertThat(directory.roleUses().of("AROAY")).isEmpty();
    }
}
