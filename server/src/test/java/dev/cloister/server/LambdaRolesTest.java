package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.ExecutionRoles;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.RoleEdits;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What roles may do for functions. */
final class LambdaRolesTest {
    private static final AccountId ACCOUNT = new AccountId("111122223333");
    private static final String ROLE = "arn:aws:iam::111122223333:role/sender";
    private static final String QUEUE = "arn:aws:sqs:us-east-1:111122223333:dead";
    private static final String TRUST =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    @Test
    void aRoleMayWhatItsOwnPoliciesAllow(@TempDir Path folder) {
        try (Database database =
                new SqliteDatabase(folder.resolve("state.db"), Cloister.migrations())) {
            Identities identities =
                    new Identities(
                            database,
                            new Envelope(RootKeyring.open(folder.resolve("root.key"), database)),
                            InstantSource.system(),
                            new SecureRandom());
            identities.ensureAccount(ACCOUNT);
            identities
                    .directory()
                    .roles()
                    .create(
                            ACCOUNT,
                            new RoleEdits.NewRole(
                                    "sender", "/", TRUST, "", 3600, Map.of(), Optional.empty()));
            LambdaRoles roles =
                    new LambdaRoles(
                            new ExecutionRoles(identities, InstantSource.system()),
                            new Callers(identities.directory()));
            assertThat(roles.assumable(ROLE, "arn:aws:lambda:us-east-1:111122223333:function:f"))
                    .isTrue();
            assertThat(roles.allows(ROLE, "f", "sqs:SendMessage", QUEUE)).isFalse();
            identities
                    .directory()
                    .entities()
                    .putInline(
                            ACCOUNT,
                            IamEntity.Kind.ROLE,
                            "sender",
                            "p",
                            """
                            {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                            "Action":"sqs:SendMessage","Resource":"%s"}]}"""
                                    .formatted(QUEUE));
            assertThat(roles.allows(ROLE, "f", "sqs:SendMessage", QUEUE)).isTrue();
            assertThat(roles.allows(ROLE, "f", "sqs:SendMessage", QUEUE + "2")).isFalse();
            assertThat(roles.allows(ROLE, "f", "sns:Publish", QUEUE)).isFalse();
            assertThat(roles.allows(ROLE + "2", "f", "sqs:SendMessage", QUEUE))
                    .as("a role that there is not")
                    .isFalse();
        }
    }
}
