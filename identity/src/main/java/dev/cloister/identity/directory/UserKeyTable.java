package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.UserKey.LastUse;
import dev.cloister.identity.directory.UserKey.Status;
import dev.cloister.storage.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Users' access keys as they are stored; secrets come sealed. */
final class UserKeyTable {
    private final Database database;

    UserKeyTable(Database database) {
        this.database = database;
    }

    /** A key with its sealed secret. */
    static final class SealedUserKey {
        private final UserKey key;
        private final byte[] secret;

        SealedUserKey(UserKey key, byte[] secret) {
            this.key = key;
            this.secret = secret;
        }

        UserKey key() {
            return key;
        }

        byte[] secret() {
            return secret;
        }
    }

    List<SealedUserKey> all() {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT access_key_id, account_id, user_id, sealed_secret,"
                                                + " status, created_at, last_used"
                                                + " FROM iam_user_keys")
                                .map(
                                        (row, context) ->
                                                new SealedUserKey(
                                                        key(row), row.getBytes("sealed_secret")))
                                .list());
    }

    private static UserKey key(ResultSet row) throws SQLException {
        return new UserKey(
                new AccountId(row.getString("account_id")),
                row.getString("access_key_id"),
                row.getString("user_id"),
                Status.valueOf(row.getString("status")),
                Instant.parse(row.getString("created_at")),
                Optional.ofNullable(row.getString("last_used")).map(UserKeyTable::lastUse));
    }

    private static LastUse lastUse(String text) {
        String[] parts = text.split(" ", 3);
        return new LastUse(Instant.parse(parts[0]), parts[1], parts[2]);
    }

    private static Optional<String> text(Optional<LastUse> use) {
        return use.map(last -> last.at() + " " + last.region() + " " + last.service());
    }

    void insert(UserKey key, byte[] sealedSecret) {
        database.update(
                handle ->
                        handle.execute(
                                "INSERT INTO iam_user_keys (access_key_id, account_id, user_id,"
                                        + " sealed_secret, status, created_at)"
                                        + " VALUES (?, ?, ?, ?, ?, ?)",
                                key.accessKeyId(),
                                key.account().value(),
                                key.userId(),
                                sealedSecret,
                                key.status().name(),
                                key.createdAt().toString()));
    }

    void update(UserKey key) {
        String used = text(key.lastUse()).orElse("");
        database.update(
                handle ->
                        handle.execute(
                                "UPDATE iam_user_keys SET status = ?, last_used = NULLIF(?, '')"
                                        + " WHERE access_key_id = ?",
                                key.status().name(),
                                used,
                                key.accessKeyId()));
    }

    void delete(String accessKeyId) {
        database.update(
                handle ->
                        handle.execute(
                                "DELETE FROM iam_user_keys WHERE access_key_id = ?", accessKeyId));
    }
}
