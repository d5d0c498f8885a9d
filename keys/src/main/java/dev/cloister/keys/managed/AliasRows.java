package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of {@code kms_aliases}. */
final class AliasRows {
    private AliasRows() {}

    static Optional<KeyAlias> find(Handle handle, AccountId account, Region region, String name) {
        return handle.select(
                        "SELECT * FROM kms_aliases WHERE account_id = ? AND region = ? AND name ="
                                + " ?",
                        account.value(),
                        region.value(),
                        name)
                .map((row, context) -> alias(row))
                .findOne();
    }

    static List<KeyAlias> page(
            Handle handle, AccountId account, Region region, String after, int most) {
        return handle.select(
                        "SELECT * FROM kms_aliases WHERE account_id = ? AND region = ? AND name > ?"
                                + " ORDER BY name LIMIT ?",
                        account.value(),
                        region.value(),
                        after,
                        most)
                .map((row, context) -> alias(row))
                .list();
    }

    static List<KeyAlias> pageOfKey(Handle handle, String keyId, String after, int most) {
        return handle.select(
                        "SELECT * FROM kms_aliases WHERE key_id = ? AND name > ? ORDER BY name"
                                + " LIMIT ?",
                        keyId,
                        after,
                        most)
                .map((row, context) -> alias(row))
                .list();
    }

    static int count(Handle handle, String keyId) {
        return handle.select("SELECT COUNT(*) FROM kms_aliases WHERE key_id = ?", keyId)
                .mapTo(Integer.class)
                .one();
    }

    static void insert(Handle handle, ManagedKey key, String name, Instant now) {
        handle.execute(
                "INSERT INTO kms_aliases (account_id, region, name, key_id, created_at, updated_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                key.account().value(),
                key.region().value(),
                name,
                key.id(),
                now.toEpochMilli(),
                now.toEpochMilli());
    }

    static void point(Handle handle, ManagedKey key, String name, Instant now) {
        handle.execute(
                "UPDATE kms_aliases SET key_id = ?, updated_at = ? WHERE account_id = ? AND region"
                        + " = ? AND name = ?",
                key.id(),
                now.toEpochMilli(),
                key.account().value(),
                key.region().value(),
                name);
    }

    static int delete(Handle handle, AccountId account, Region region, String name) {
        return handle.execute(
                "DELETE FROM kms_aliases WHERE account_id = ? AND region = ? AND name = ?",
                account.value(),
                region.value(),
                name);
    }

    private static KeyAlias alias(ResultSet row) throws SQLException {
        String name = row.getString("name");
        return new KeyAlias(
                name,
                KeyReference.aliasArn(
                        new Region(row.getString("region")),
                        new AccountId(row.getString("account_id")),
                        name),
                row.getString("key_id"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("updated_at")));
    }
}
