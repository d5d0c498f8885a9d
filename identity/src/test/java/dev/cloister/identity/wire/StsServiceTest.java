package dev.cloister.identity.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.federation.IssuerNetwork;
import dev.cloister.identity.federation.TokenVerifier;
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
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.GetSessionTokenRequest;
import software.amazon.awssdk.services.sts.model.GetSessionTokenResponse;

final class StsServiceTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";

    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private Database database;
    private Identities identities;
    private Principal administrator;

    @BeforeEach
    void open() {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()));
        RootKeyring keyring = RootKeyring.open(folder.resolve("root.key"), database);
        identities = new Identities(database, new Envelope(keyring), () -> NOW, new SecureRandom());
        identities.ensureAccount(ACCOUNT);
        administrator =
                identities
                        .find(identities.administratorKey(ACCOUNT).accessKeyId())
                        .orElseThrow()
                        .principal();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private <O extends SdkPojo> O call(
            String operation, SdkPojo input, Principal caller, Class<O> output) {
        ServiceDefinition sts =
                StsService.definition(
                        identities,
                        TokenVerifier.of(IssuerNetwork.NONE, Optional.empty(), () -> NOW));
        assertThat(sts.signingName()).isEqualTo("sts");
        assertThat(sts.getClass().getResource(sts.facts())).isNotNull();
        Operation found =
                sts.operations().stream()
                        .filter(one -> one.name().equals(operation))
                        .findFirst()
                        .orElseThrow();
        @SuppressWarnings("unchecked")
        Operation.Modeled<SdkPojo, SdkPojo> modeled = (Operation.Modeled<SdkPojo, SdkPojo>) found;
        RequestContext context =
                new RequestContext(
                        UUID.randomUUID(),
                        caller,
                        new Region("us-east-1"),
                        NOW,
                        InetAddress.getLoopbackAddress(),
                        "http://127.0.0.1:4566");
        return output.cast(modeled.handler().handle(input, context));
    }

    @Test
    void theAdministratorIsTheRootUser() {
        GetCallerIdentityResponse response =
                call(
                        "GetCallerIdentity",
                        GetCallerIdentityRequest.builder().build(),
                        administrator,
                        GetCallerIdentityResponse.class);
        assertThat(response.account()).isEqualTo("123456789012");
        assertThat(response.userId()).isEqualTo("123456789012");
        assertThat(response.arn()).isEqualTo("arn:aws:iam::123456789012:root");
    }

    @Test
    void aFunctionIsItsRolesSession() {
        SessionCredentials session =
                identities.issue(
                        ACCOUNT,
                        "arn:aws:iam::123456789012:role/p/r",
                        FUNCTION,
                        "f",
                        Duration.ofHours(1));
        GetCallerIdentityResponse response =
                call(
                        "GetCallerIdentity",
                        GetCallerIdentityRequest.builder().build(),
                        session.principal(),
                        GetCallerIdentityResponse.class);
        assertThat(response.userId()).matches("AROA[A-Z2-7]{17}:f");
        assertThat(response.arn()).isEqualTo("arn:aws:sts::123456789012:assumed-role/r/f");
    }

    private Credentials sessionToken(GetSessionTokenRequest request, Principal caller) {
        return call("GetSessionToken", request, caller, GetSessionTokenResponse.class)
                .credentials();
    }

    @Test
    void anOwnersSessionIsTheOwnerForAnHourAtMost() {
        Credentials credentials =
                sessionToken(GetSessionTokenRequest.builder().build(), administrator);
        assertThat(credentials.expiration()).isEqualTo(NOW.plusSeconds(3600));
        SigningCredential found =
                identities
                        .find(credentials.accessKeyId(), Optional.of(credentials.sessionToken()))
                        .orElseThrow();
        assertThat(found.principal().arn()).isEqualTo(administrator.arn());
        assertThat(found.principal().userId()).isEqualTo(administrator.userId());
        assertThat(found.secret().reveal()).isEqualTo(credentials.secretAccessKey());
        assertThat(
                        sessionToken(
                                        GetSessionTokenRequest.builder()
                                                .durationSeconds(129_600)
                                                .build(),
                                        administrator)
                                .expiration())
                .isEqualTo(NOW.plusSeconds(3600));
        assertThat(
                        sessionToken(
                                        GetSessionTokenRequest.builder()
                                                .durationSeconds(900)
                                                .build(),
                                        administrator)
                                .expiration())
                .isEqualTo(NOW.plusSeconds(900));
    }

    @Test
    void aSessionCannotProlongItself() {
        SessionCredentials session =
                identities.issue(
                        ACCOUNT,
                        "arn:aws:iam::123456789012:role/r",
                        FUNCTION,
                        "f",
                        Duration.ofHours(1));
        assertThatThrownBy(
                        () ->
                                sessionToken(
                                        GetSessionTokenRequest.builder().build(),
                                        session.principal()))
                .isInstanceOf(AwsError.class)
                .hasMessage("Cannot call GetSessionToken with session credentials");
    }

    @Test
    void codesOfDevicesThatNobodyHasAreRefused() {
        assertThatThrownBy(
                        () ->
                                sessionToken(
                                        GetSessionTokenRequest.builder()
                                                .serialNumber("arn:aws:iam::123456789012:mfa/m")
                                                .tokenCode("123456")
                                                .build(),
                                        administrator))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("MultiFactorAuthentication failed");
    }
}
