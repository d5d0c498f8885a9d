package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.RoleEdits.NewRole;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The role that a new account has, so that its first function needs no other: {@code
 * role/lambda_basic_execution}, which Lambda's console used to make. Its functions may write their
 * logs and nothing else. It is the account's own: whoever deletes it, it stays away.
 */
final class FirstRole {
    static final String NAME = "lambda_basic_execution";

    private static final String TRUST =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow",\
            "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    private FirstRole() {}

    static void create(Directory directory, AccountId account) {
        directory
                .roles()
                .create(
                        account,
                        new NewRole(
                                NAME,
                                "/",
                                TRUST,
                                "For functions that need nothing but their logs",
                                (int) Duration.ofHours(1).toSeconds(),
                                Map.of(),
                                Optional.empty()));
        directory
                .entities()
                .attach(
                        account,
                        Kind.ROLE,
                        NAME,
                        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    }
}
