package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Accounts, access keys and the module's own secrets as they are stored. Secrets come sealed. */
final class IdentityTables {
    private final Database database;

    IdentityTables(Database database) {
        this.database = database;
    }

    static Migration migration() {
        return new Migration(
                "identity",
                List.of(
                        """
                        CREATE TABLE accounts (
                          account_id TEXT PRIMARY KEY,
                          name TEXT NOT NULL,
                          created_at TEXT NOT NULL
                        );
                        CREATE TABLE access_keys (
                          access_key_id TEXT PRIMARY KEY,
                          account_id TEXT NOT NULL REFERENCES accounts (account_id),
                          sealed_secret BLOB NOT NULL,
                          created_at TEXT NOT NULL
                        );
                        CREATE INDEX access_keys_of_account ON access_keys (account_id);
                        CREATE TABLE identity_secrets (
                          name TEXT PRIMARY KEY,
                          sealed BLOB NOT NULL
                        );
                        """,
                        """
                        CREATE TABLE iam_entities (
                          account_id TEXT NOT NULL,
                          kind TEXT NOT NULL,
                          name_key TEXT NOT NULL,
                          document TEXT NOT NULL,
                          PRIMARY KEY (account_id, kind, name_key)
                        );
                        CREATE TABLE iam_user_keys (
                          access_key_id TEXT PRIMARY KEY,
                          account_id TEXT NOT NULL,
                          user_id TEXT NOT NULL,
                          sealed_secret BLOB NOT NULL,
                          status TEXT NOT NULL,
                          created_at TEXT NOT NULL,
                          last_used TEXT
                        );
                        CREATE INDEX iam_user_keys_of_user ON iam_user_keys (user_id);
                        """,
                        """
                        CREATE TABLE iam_role_uses (
                          role_id TEXT PRIMARY KEY,
                          used_at TEXT NOT NULL,
                          region TEXT NOT NULL
                        );
                        """));
    }

    List<Account> accounts() {
        return database.read(
                handle ->
                        handle.select("SELECT account_id, name, created_at FROM accounts")
                                .map(
                                        (row, context) ->
                                                new Account(
                                                        new AccountId(row.getString("account_id")),
                                                        row.getString("name"),
                                                        Instant.parse(row.getString("created_at"))))
                                .list());
    }

    List<SealedKey> accessKeys() {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT access_key_id, account_id, sealed_secret,"
                                                + " created_at FROM access_keys")
                                .map(
                                        (row, context) ->
                                                new SealedKey(
                                                        row.getString("access_key_id"),
                                                        new AccountId(row.getString("account_id")),
                                                        row.getBytes("sealed_secret"),
                                                        Instant.parse(row.getString("created_at"))))
                                .list());
    }

    /** Adds an account together with its first access key. */
    void insert(Account account, SealedKey key) {
        database.update(
                handle -> {
                    handle.execute(
                            "INSERT INTO accounts (account_id, name, created_at) VALUES (?, ?, ?)",
                            account.id().value(),
                            account.name(),
                            account.createdAt().toString());
                    insert(handle, key);
                });
    }

    void insert(SealedKey key) {
        database.update(handle -> insert(handle, key));
    }

    private static void insert(Handle handle, SealedKey key) {
        handle.execute(
                "INSERT INTO access_keys (access_key_id, account_id, sealed_secret, created_at)"
                        + " VALUES (?, ?, ?, ?)",
                key.accessKeyId,
                key.account.value(),
                key.sealedSecret,
                key.createdAt.toString());
    }

    void deleteAccessKey(String accessKeyId) {
        database.update(
                handle ->
                        handle.execute(
                                "DELETE FROM access_keys WHERE access_key_id = ?", accessKeyId));
    }

    Optional<byte[]> secret(String name) {
        return database.read(
                handle ->
                        handle.select("SELECT sealed FROM identity_secrets WHERE name = ?", name)
                                .map((row, context) -> row.getBytes("sealed"))
                                .findOne());
    }

    void insertSecret(String name, byte[] sealed) {
        database.update(
                handle ->
                        handle.execute(
                                "INSERT INTO identity_secrets (name, sealed) VALUES (?, ?)",
                                name,
                                sealed));
    }

    /** An access key whose secret is sealed. */
    static final class SealedKey {
        final String accessKeyId;
        final AccountId account;
        final Instant createdAt;
        private final byte[] sealedSecret;

        SealedKey(String accessKeyId, AccountId account, byte[] sealedSecret, Instant createdAt) {
            this.accessKeyId = accessKeyId;
            this.account = account;
            this.sealedSecret = sealedSecret;
            this.createdAt = createdAt;
        }

        byte[] sealedSecret() {
            return sealedSecret;
        }
    }
}
