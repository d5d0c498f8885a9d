package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;

/** Edits of the name that an account goes by. Thread-safe. */
public final class AliasEdits {
    private final Directory directory;

    AliasEdits(Directory directory) {
        this.directory = directory;
    }

    /**
     * Gives an account its alias, in the place of an earlier one.
     *
     * @throws AwsError EntityAlreadyExists if another account has it
     */
    public void create(AccountId account, String alias) {
        directory.change(
                account,
                edit -> {
                    if (directory.states().stream()
                            .flatMap(state -> state.alias().stream())
                            .anyMatch(taken -> taken.name().equals(alias))) {
                        throw IamErrors.exists("The account alias " + alias + " already exists.");
                    }
                    edit.state().alias().ifPresent(edit::remove);
                    edit.put(new AccountAlias(alias));
                });
    }

    /**
     * @throws AwsError NoSuchEntity if the account goes by another name or by none
     */
    public void delete(AccountId account, String alias) {
        directory.change(
                account,
                edit ->
                        edit.remove(
                                edit.state()
                                        .alias()
                                        .filter(own -> own.name().equals(alias))
                                        .orElseThrow(
                                                () ->
                                                        IamErrors.noSuchEntity(
                                                                "The account alias with name "
                                                                        + alias
                                                                        + " cannot be found."))));
    }
}
