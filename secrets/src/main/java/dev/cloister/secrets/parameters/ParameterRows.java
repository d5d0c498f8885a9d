package dev.cloister.secrets.parameters;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.secrets.Sealed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The rows of parameters, their versions, labels and tags. */
final class ParameterRows {
    private static final String OF_KEY =
            " WHERE account_id = :account AND region = :region AND name = :name";
    private static final String LATEST =
            "SELECT v.* FROM ssm_parameters p JOIN ssm_versions v ON v.account_id = p.account_id"
                    + " AND v.region = p.region AND v.name = p.name AND v.version = p.version"
                    + " WHERE p.account_id = :account AND p.region = :region AND p.name ";

    private ParameterRows() {}

    private static <S extends SqlStatement<S>> S bind(S statement, ParameterKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("name", key.name());
    }

    static Optional<Parameter> latest(Handle handle, ParameterKey key) {
        return bind(handle.createQuery(LATEST + "= :name"), key)
                .map((row, context) -> parameter(handle, row))
                .findOne();
    }

    static Optional<Parameter> version(Handle handle, ParameterKey key, long version) {
        return bind(
                        handle.createQuery(
                                "SELECT * FROM ssm_versions" + OF_KEY + " AND version = :version"),
                        key)
                .bind("version", version)
                .map((row, context) -> parameter(handle, row))
                .findOne();
    }

    static Optional<Parameter> labeled(Handle handle, ParameterKey key, String label) {
        return bind(
                        handle.createQuery(
                                "SELECT version FROM ssm_labels" + OF_KEY + " AND label = :label"),
                        key)
                .bind("label", label)
                .mapTo(Long.class)
                .findOne()
                .flatMap(version -> version(handle, key, version));
    }

    /** The versions of a parameter, oldest first. */
    static List<Parameter> history(Handle handle, ParameterKey key, long after, int most) {
        return bind(
                        handle.createQuery(
                                "SELECT * FROM ssm_versions"
                                        + OF_KEY
                                        + " AND version > :after ORDER BY version LIMIT :most"),
                        key)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> parameter(handle, row))
                .list();
    }

    /**
     * The latest versions of an account's parameters in order of their names.
     *
     * @param under the names' beginning; all if it is empty
     */
    static List<Parameter> page(
            Handle handle, AccountId account, Region region, String under, String after, int most) {
        return handle.createQuery(
                        LATEST
                                + "> :after AND p.name >= :under AND p.name < :beyond ORDER BY"
                                + " p.name LIMIT :most")
                .bind("account", account.value())
                .bind("region", region.value())
                .bind("after", after)
                .bind("under", under)
                // Names are ASCII: nothing with this beginning comes after it.
                .bind("beyond", under + "\u007f")
                .bind("most", most)
                .map((row, context) -> parameter(handle, row))
                .list();
    }

    static int count(Handle handle, ParameterKey key, ParameterTier tier) {
        return handle.createQuery(
                        "SELECT COUNT(*) FROM ssm_parameters WHERE account_id = :account AND region"
                                + " = :region AND tier = :tier")
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("tier", tier.name())
                .mapTo(Integer.class)
                .one();
    }

    static int countVersions(Handle handle, ParameterKey key) {
        return bind(handle.createQuery("SELECT COUNT(*) FROM ssm_versions" + OF_KEY), key)
                .mapTo(Integer.class)
                .one();
    }

    static void add(Handle handle, Parameter parameter) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO ssm_parameters (account_id, region, name, version,"
                                        + " tier) VALUES (:account, :region, :name, :version, :tier) ON"
                                        + " CONFLICT (account_id, region, name) DO UPDATE SET version ="
                                        + " excluded.version, tier = excluded.tier"),
                        parameter.key())
                .bind("version", parameter.version())
                .bind("tier", parameter.tier().name())
                .execute();
        bind(
                        handle.createUpdate(
                                "INSERT INTO ssm_versions (account_id, region, name, version, kind,"
                                        + " tier, sealed, key_arn, key_id, description,"
                                        + " allowed_pattern, data_type, modified_at, modified_by)"
                                        + " VALUES (:account, :region, :name, :version, :kind, :tier,"
                                        + " :sealed, :keyArn, :keyId, :description, :pattern,"
                                        + " :dataType, :at, :by)"),
                        parameter.key())
                .bind("version", parameter.version())
                .bind("kind", parameter.kind().name())
                .bind("tier", parameter.tier().name())
                .bind("sealed", parameter.sealed().bytes())
                .bind("keyArn", parameter.sealed().keyArn())
                .bind("keyId", parameter.keyId().orElse(null))
                .bind("description", parameter.description().orElse(null))
                .bind("pattern", parameter.allowedPattern().orElse(null))
                .bind("dataType", parameter.dataType())
                .bind("at", parameter.modifiedAt().toEpochMilli())
                .bind("by", parameter.modifiedBy())
                .execute();
    }

    static void removeVersion(Handle handle, Parameter parameter) {
        bind(
                        handle.createUpdate(
                                "DELETE FROM ssm_versions" + OF_KEY + " AND version = :version"),
                        parameter.key())
                .bind("version", parameter.version())
                .execute();
    }

    /** Removes a parameter with everything of it; false if there is none. */
    static boolean destroy(Handle handle, ParameterKey key) {
        for (String table : List.of("ssm_versions", "ssm_labels", "ssm_tags")) {
            bind(handle.createUpdate("DELETE FROM " + table + OF_KEY), key).execute();
        }
        return bind(handle.createUpdate("DELETE FROM ssm_parameters" + OF_KEY), key).execute() == 1;
    }

    static void putLabel(Handle handle, ParameterKey key, String label, long version) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO ssm_labels (account_id, region, name, label, version)"
                                        + " VALUES (:account, :region, :name, :label, :version) ON"
                                        + " CONFLICT (account_id, region, name, label) DO UPDATE SET"
                                        + " version = excluded.version"),
                        key)
                .bind("label", label)
                .bind("version", version)
                .execute();
    }

    static void removeLabel(Handle handle, ParameterKey key, String label) {
        bind(handle.createUpdate("DELETE FROM ssm_labels" + OF_KEY + " AND label = :label"), key)
                .bind("label", label)
                .execute();
    }

    static Map<String, String> tags(Handle handle, ParameterKey key) {
        Map<String, String> tags = new TreeMap<>();
        bind(handle.createQuery("SELECT tag_key, tag_value FROM ssm_tags" + OF_KEY), key)
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        return tags;
    }

    static void putTags(Handle handle, ParameterKey key, Map<String, String> tags) {
        tags.forEach(
                (tag, value) ->
                        bind(
                                        handle.createUpdate(
                                                "INSERT INTO ssm_tags (account_id, region, name,"
                                                        + " tag_key, tag_value) VALUES (:account,"
                                                        + " :region, :name, :key, :value) ON CONFLICT"
                                                        + " (account_id, region, name, tag_key) DO"
                                                        + " UPDATE SET tag_value = excluded.tag_value"),
                                        key)
                                .bind("key", tag)
                                .bind("value", value)
                                .execute());
    }

    static void removeTags(Handle handle, ParameterKey key, Iterable<String> tags) {
        tags.forEach(
                tag ->
                        bind(
                                        handle.createUpdate(
                                                "DELETE FROM ssm_tags"
                                                        + OF_KEY
                                                        + " AND tag_key = :key"),
                                        key)
                                .bind("key", tag)
                                .execute());
    }

    private static Parameter parameter(Handle handle, ResultSet row) throws SQLException {
        ParameterKey key =
                new ParameterKey(
                        new AccountId(row.getString("account_id")),
                        new Region(row.getString("region")),
                        row.getString("name"));
        long version = row.getLong("version");
        List<String> labels =
                bind(
                                handle.createQuery(
                                        "SELECT label FROM ssm_labels"
                                                + OF_KEY
                                                + " AND version = :version ORDER BY label"),
                                key)
                        .bind("version", version)
                        .mapTo(String.class)
                        .list();
        return new Parameter(
                key,
                version,
                ParameterKind.valueOf(row.getString("kind")),
                ParameterTier.valueOf(row.getString("tier")),
                new Sealed(row.getString("key_arn"), row.getBytes("sealed")),
                Optional.ofNullable(row.getString("key_id")),
                Optional.ofNullable(row.getString("description")),
                Optional.ofNullable(row.getString("allowed_pattern")),
                row.getString("data_type"),
                Instant.ofEpochMilli(row.getLong("modified_at")),
                row.getString("modified_by"),
                labels);
    }
}
