package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyUse.Manager;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.ManagedKey.Deletion;
import dev.cloister.keys.managed.ManagedKey.Expiry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of {@code kms_keys}. */
final class KeyRows {
    private static final String SELECT =
            "SELECT k.*, m.material_id, m.sealed IS NOT NULL AS material_is_there, m.expires_at"
                    + " FROM kms_keys k LEFT JOIN kms_materials m ON m.key_id = k.key_id AND"
                    + " m.is_current = 1 ";

    private KeyRows() {}

    static Optional<ManagedKey> find(Handle handle, String keyId) {
        return handle.select(SELECT + "WHERE k.key_id = ?", keyId)
                .map((row, context) -> key(row))
                .findOne();
    }

    static List<ManagedKey> page(
            Handle handle, AccountId account, Region region, String after, int most) {
        return handle.select(
                        SELECT
                                + "WHERE k.account_id = ? AND k.region = ? AND k.key_id > ?"
                                + " ORDER BY k.key_id LIMIT ?",
                        account.value(),
                        region.value(),
                        after,
                        most)
                .map((row, context) -> key(row))
                .list();
    }

    /** Keys to which time has something to do. */
    static List<String> due(Handle handle, Instant now, int most) {
        long millis = now.toEpochMilli();
        return handle.select(
                        "SELECT key_id FROM kms_keys WHERE deletion_at <= ?"
                                + " UNION SELECT key_id FROM kms_keys WHERE next_rotation_at <= ?"
                                + " AND state = 'ENABLED'"
                                + " UNION SELECT key_id FROM kms_materials WHERE expires_at <= ?"
                                + " AND sealed IS NOT NULL LIMIT ?",
                        millis,
                        millis,
                        millis,
                        most)
                .mapTo(String.class)
                .list();
    }

    static int count(Handle handle, AccountId account, Region region) {
        return handle.select(
                        "SELECT COUNT(*) FROM kms_keys WHERE account_id = ? AND region = ?"
                                + " AND manager = 'CUSTOMER'",
                        account.value(),
                        region.value())
                .mapTo(Integer.class)
                .one();
    }

    static void insert(Handle handle, ManagedKey key) {
        handle.execute(
                "INSERT INTO kms_keys (key_id, account_id, region, manager, spec, key_usage,"
                        + " origin, state, description, policy, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                key.id(),
                key.account().value(),
                key.region().value(),
                key.manager().name(),
                key.spec().name(),
                key.usage().name(),
                key.origin().name(),
                key.state().name(),
                key.description(),
                key.policy(),
                key.createdAt().toEpochMilli());
    }

    static void setState(Handle handle, ManagedKey key, KeyState state) {
        handle.execute(
                "UPDATE kms_keys SET state = ?, deletion_at = NULL, deletion_days = NULL"
                        + " WHERE key_id = ?",
                state.name(),
                key.id());
    }

    static void scheduleDeletion(Handle handle, ManagedKey key, Deletion deletion) {
        handle.execute(
                "UPDATE kms_keys SET state = ?, deletion_at = ?, deletion_days = ?"
                        + " WHERE key_id = ?",
                KeyState.PENDING_DELETION.name(),
                deletion.at().toEpochMilli(),
                deletion.windowDays(),
                key.id());
    }

    static void setDescription(Handle handle, ManagedKey key, String description) {
        handle.execute(
                "UPDATE kms_keys SET description = ? WHERE key_id = ?", description, key.id());
    }

    static void setPolicy(Handle handle, ManagedKey key, String policy) {
        handle.execute("UPDATE kms_keys SET policy = ? WHERE key_id = ?", policy, key.id());
    }

    static void setRotation(Handle handle, ManagedKey key, int days, Instant next) {
        handle.execute(
                "UPDATE kms_keys SET rotation_days = ?, next_rotation_at = ? WHERE key_id = ?",
                days,
                next.toEpochMilli(),
                key.id());
    }

    static void endRotation(Handle handle, ManagedKey key) {
        handle.execute(
                "UPDATE kms_keys SET rotation_days = NULL, next_rotation_at = NULL"
                        + " WHERE key_id = ?",
                key.id());
    }

    /** Removes a key with all that belongs to it; the sealed material is overwritten first. */
    static void destroy(Handle handle, ManagedKey key) {
        handle.execute(
                "UPDATE kms_materials SET sealed = zeroblob(length(sealed))"
                        + " WHERE key_id = ? AND sealed IS NOT NULL",
                key.id());
        for (String table :
                List.of("kms_materials", "kms_aliases", "kms_grants", "kms_tags", "kms_keys")) {
            handle.execute("DELETE FROM " + table + " WHERE key_id = ?", key.id());
        }
    }

    private static ManagedKey key(ResultSet row) throws SQLException {
        Optional<Instant> deletionAt = instant(row, "deletion_at");
        int deletionDays = row.getInt("deletion_days");
        boolean imported = row.getBoolean("material_is_there");
        KeyOrigin origin = KeyOrigin.valueOf(row.getString("origin"));
        int rotationDays = row.getInt("rotation_days");
        Optional<Integer> rotation = row.wasNull() ? Optional.empty() : Optional.of(rotationDays);
        return new ManagedKey(
                row.getString("key_id"),
                new AccountId(row.getString("account_id")),
                new Region(row.getString("region")),
                Manager.valueOf(row.getString("manager")),
                KeySpec.valueOf(row.getString("spec")),
                KeyUsage.valueOf(row.getString("key_usage")),
                origin,
                KeyState.valueOf(row.getString("state")),
                row.getString("description"),
                row.getString("policy"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                deletionAt.map(at -> new Deletion(at, deletionDays)),
                rotation,
                instant(row, "next_rotation_at"),
                Optional.ofNullable(row.getString("material_id")),
                origin == KeyOrigin.EXTERNAL && imported
                        ? Optional.of(new Expiry(instant(row, "expires_at")))
                        : Optional.empty());
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
