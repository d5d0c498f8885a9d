package dev.cloister.server;

import dev.cloister.identity.AccessKey;
import dev.cloister.identity.Account;
import dev.cloister.identity.Identities;
import dev.cloister.server.admin.AccountAdministration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The installation's accounts. Thread-safe.
 *
 * @param endpoint where clients of this machine call
 * @param region what they are told to use
 */
record AccountsOfServer(Identities identities, String endpoint, String region)
        implements AccountAdministration {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,64}");

    @Override
    public List<AccountLine> accounts() {
        return identities.accounts().stream()
                .map(
                        account ->
                                new AccountLine(
                                        account.id().value(), account.name(), account.createdAt()))
                .toList();
    }

    @Override
    public AccountCredentials create(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of an account has 1 to 64 printable characters");
        }
        return credentials(identities.createAccount(name));
    }

    @Override
    public Optional<AccountCredentials> credentials(String id) {
        return identities.accounts().stream()
                .filter(account -> account.id().value().equals(id))
                .findAny()
                .map(this::credentials);
    }

    private AccountCredentials credentials(Account account) {
        AccessKey key = identities.administratorKey(account.id());
        return new AccountCredentials(
                account.id().value(),
                endpoint,
                region,
                key.accessKeyId(),
                key.secretAccessKey().reveal());
    }
}
