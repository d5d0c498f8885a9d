package dev.cloister.identity.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccessInput;
import dev.cloister.api.AccountId;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.identity.Identities;
import dev.cloister.identity.federation.IssuerNetwork;
import dev.cloister.identity.federation.TokenVerifier;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

final class IamAccessTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");

    @TempDir private Path folder;

    /** A rule that asks for a member that its request doesn't have would fail every call. */
    @Test
    void everyOperationHasARuleThatReadsMembersThatThereAre() {
        try (SqliteDatabase database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()))) {
            Identities identities =
                    new Identities(
                            database,
                            new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                            () -> Instant.EPOCH,
                            new SecureRandom());
            RequestContext context =
                    new RequestContext(
                            UUID.randomUUID(),
                            new Principal(
                                    ACCOUNT,
                                    "arn:aws:iam::123456789012:root",
                                    "123456789012",
                                    "AKIAEXAMPLE"),
                            new Region("us-east-1"),
                            Instant.EPOCH,
                            InetAddress.getLoopbackAddress(),
                            "http://127.0.0.1:4566");
            for (ServiceDefinition service :
                    List.of(
                            IamService.definition(identities),
                            StsService.definition(
                                    identities,
                                    TokenVerifier.of(
                                            IssuerNetwork.NONE,
                                            Optional.empty(),
                                            () -> Instant.EPOCH)))) {
                for (Operation row : service.operations()) {
                    if (row instanceof Operation.Unsigned<?, ?>) {
                        continue; // what it carries proves who asks
                    }
                    Operation.Modeled<?, ?> modeled = (Operation.Modeled<?, ?>) row;
                    SdkPojo empty = (SdkPojo) ((Buildable) modeled.newInput().get()).build();
                    boolean open =
                            service.signingName().equals("sts")
                                    && !row.name().equals("DecodeAuthorizationMessage");
                    assertThat(
                                    service.access()
                                            .rule(row.name())
                                            .orElseThrow()
                                            .checks(AccessInput.of(empty), context))
                            .as(row.name())
                            .matches(checks -> checks.isEmpty() == open)
                            .allMatch(
                                    check ->
                                            check.action().startsWith(service.signingName() + ":"));
                }
            }
        }
    }
}
