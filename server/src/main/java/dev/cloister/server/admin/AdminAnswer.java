package dev.cloister.server.admin;

import dev.cloister.server.admin.AccountAdministration.AccountCredentials;
import dev.cloister.server.admin.AccountAdministration.AccountLine;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One line of JSON from the server.
 *
 * @param status present after {@code status}
 * @param error present when the request was refused
 * @param accounts present after {@code accounts}
 * @param account present after the commands about one account
 * @param result present after an {@link AdminCommand}
 */
record AdminAnswer(
        Optional<Status> status,
        Optional<String> error,
        Optional<List<AccountLine>> accounts,
        Optional<AccountCredentials> account,
        Optional<JsonNode> result) {

    static AdminAnswer of(Status status) {
        return new AdminAnswer(
                Optional.of(status),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static AdminAnswer result(JsonNode result) {
        return new AdminAnswer(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(result));
    }

    static AdminAnswer refused(String error) {
        return new AdminAnswer(
                Optional.empty(),
                Optional.of(error),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static AdminAnswer of(List<AccountLine> accounts) {
        return new AdminAnswer(
                Optional.empty(),
                Optional.empty(),
                Optional.of(accounts),
                Optional.empty(),
                Optional.empty());
    }

    static AdminAnswer of(AccountCredentials account) {
        return new AdminAnswer(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(account),
                Optional.empty());
    }
}
