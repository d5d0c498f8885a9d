package dev.cloister.identity.directory;

/** What an account has besides users, groups, roles and policies. */
public sealed interface AccountItem permits OidcProvider, AccountAlias {
    /** Unique among the account's items of its type. */
    String name();
}
