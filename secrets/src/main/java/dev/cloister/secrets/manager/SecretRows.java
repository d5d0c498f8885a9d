package dev.cloister.secrets.manager;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of secrets, their tags and staging labels. */
final class SecretRows {
    private static final String COLUMNS =
            "SELECT arn, account_id, region, name, description, kms_key_id, created_at,"
                    + " changed_at, accessed_at, deletion_at, policy FROM secret_secrets";

    private SecretRows() {}

    static Optional<Secret> byArn(Handle handle, String arn) {
        return handle.select(COLUMNS + " WHERE arn = ?", arn)
                .map((row, context) -> secret(handle, row))
                .findOne();
    }

    static Optional<Secret> byName(Handle handle, AccountId account, Region region, String name) {
        return handle.select(
                        COLUMNS + " WHERE account_id = ? AND region = ? AND name = ?",
                        account.value(),
                        region.value(),
                        name)
                .map((row, context) -> secret(handle, row))
                .findOne();
    }

    /**
     * Secrets of an account in a region in an order, after a place in it.
     *
     * @param after as {@link SecretOrder#position} gives it; empty for the first ones
     */
    static List<Secret> page(
            Handle handle,
            AccountId account,
            Region region,
            SecretOrder order,
            Optional<SecretOrder.Position> after,
            int most) {
        String column = order.column();
        String compare = order.isAscending() ? ">" : "<";
        String direction = order.isAscending() ? "ASC" : "DESC";
        String sql =
                COLUMNS
                        + " WHERE account_id = :account AND region = :region"
                        + (after.isPresent()
                                ? " AND (%1$s %2$s :value OR (%1$s = :value AND arn %2$s :arn))"
                                        .formatted(column, compare)
                                : "")
                        + " ORDER BY %1$s %2$s, arn %2$s LIMIT :most".formatted(column, direction);
        var query =
                handle.createQuery(sql)
                        .bind("account", account.value())
                        .bind("region", region.value())
                        .bind("most", most);
        after.ifPresent(it -> query.bind("value", it.value()).bind("arn", it.arn()));
        return query.map((row, context) -> secret(handle, row)).list();
    }

    static int count(Handle handle, AccountId account, Region region) {
        return handle.select(
                        "SELECT COUNT(*) FROM secret_secrets WHERE account_id = ? AND region = ?",
                        account.value(),
                        region.value())
                .mapTo(Integer.class)
                .one();
    }

    /** Those whose recovery window is over. */
    static List<String> due(Handle handle, Instant now, int most) {
        return handle.select(
                        "SELECT arn FROM secret_secrets WHERE deletion_at <= ? LIMIT ?",
                        now.toEpochMilli(),
                        most)
                .mapTo(String.class)
                .list();
    }

    static void insert(Handle handle, Secret secret) {
        handle.execute(
                "INSERT INTO secret_secrets (arn, account_id, region, name, description,"
                        + " kms_key_id, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                secret.arn(),
                secret.account().value(),
                secret.region().value(),
                secret.name(),
                secret.description().orElse(null),
                secret.kmsKeyId().orElse(null),
                secret.createdAt().toEpochMilli(),
                secret.changedAt().toEpochMilli());
        putTags(handle, secret.arn(), secret.tags());
        setStages(handle, secret.arn(), secret.stages());
    }

    static void update(
            Handle handle,
            String arn,
            Optional<String> description,
            Optional<String> kmsKeyId,
            Instant now) {
        handle.execute(
                "UPDATE secret_secrets SET description = ?, kms_key_id = ?, changed_at = ? WHERE"
                        + " arn = ?",
                description.orElse(null),
                kmsKeyId.orElse(null),
                now.toEpochMilli(),
                arn);
    }

    static void changed(Handle handle, String arn, Instant now) {
        handle.execute(
                "UPDATE secret_secrets SET changed_at = ? WHERE arn = ?", now.toEpochMilli(), arn);
    }

    static void accessed(Handle handle, String arn, Instant day) {
        handle.execute(
                "UPDATE secret_secrets SET accessed_at = ? WHERE arn = ?", day.toEpochMilli(), arn);
    }

    static void setDeletion(Handle handle, String arn, Optional<Instant> at) {
        handle.execute(
                "UPDATE secret_secrets SET deletion_at = ? WHERE arn = ?",
                at.map(Instant::toEpochMilli).orElse(null),
                arn);
    }

    static void setPolicy(Handle handle, String arn, Optional<String> policy) {
        handle.execute(
                "UPDATE secret_secrets SET policy = ? WHERE arn = ?", policy.orElse(null), arn);
    }

    /** Removes a secret with everything of it. */
    static void destroy(Handle handle, String arn) {
        for (String table :
                List.of("secret_versions", "secret_stages", "secret_tags", "secret_secrets")) {
            handle.execute("DELETE FROM " + table + " WHERE arn = ?", arn);
        }
    }

    static void putTags(Handle handle, String arn, Map<String, String> tags) {
        tags.forEach(
                (key, value) ->
                        handle.execute(
                                "INSERT INTO secret_tags (arn, tag_key, tag_value) VALUES (?, ?, ?)"
                                        + " ON CONFLICT (arn, tag_key) DO UPDATE SET tag_value ="
                                        + " excluded.tag_value",
                                arn,
                                key,
                                value));
    }

    static void removeTags(Handle handle, String arn, Iterable<String> keys) {
        keys.forEach(
                key ->
                        handle.execute(
                                "DELETE FROM secret_tags WHERE arn = ? AND tag_key = ?", arn, key));
    }

    static void setStages(Handle handle, String arn, Stages stages) {
        handle.execute("DELETE FROM secret_stages WHERE arn = ?", arn);
        stages.holders()
                .forEach(
                        (stage, version) ->
                                handle.execute(
                                        "INSERT INTO secret_stages (arn, stage, version_id) VALUES"
                                                + " (?, ?, ?)",
                                        arn,
                                        stage,
                                        version));
    }

    private static Map<String, String> pairs(Handle handle, String sql, String arn) {
        Map<String, String> pairs = new HashMap<>();
        handle.select(sql, arn)
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(pair -> pairs.put(pair.getKey(), pair.getValue()));
        return pairs;
    }

    private static Secret secret(Handle handle, ResultSet row) throws SQLException {
        String arn = row.getString("arn");
        return new Secret(
                arn,
                new AccountId(row.getString("account_id")),
                new Region(row.getString("region")),
                row.getString("name"),
                Optional.ofNullable(row.getString("description")),
                Optional.ofNullable(row.getString("kms_key_id")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("changed_at")),
                time(row, "accessed_at"),
                time(row, "deletion_at"),
                Optional.ofNullable(row.getString("policy")),
                pairs(handle, "SELECT tag_key, tag_value FROM secret_tags WHERE arn = ?", arn),
                new Stages(
                        pairs(
                                handle,
                                "SELECT stage, version_id FROM secret_stages WHERE arn = ?",
                                arn)));
    }

    static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        @Nullable Object millis = row.getObject(column);
        return millis instanceof Number number
                ? Optional.of(Instant.ofEpochMilli(number.longValue()))
                : Optional.empty();
    }
}
