package dev.cloister.keys.managed;

import dev.cloister.keys.managed.Grant.Constraint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of {@code kms_grants}. */
final class GrantRows {
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, String>> CONTEXT = new TypeReference<>() {};

    private GrantRows() {}

    static Optional<Grant> find(Handle handle, String grantId) {
        return handle.select("SELECT * FROM kms_grants WHERE grant_id = ?", grantId)
                .map((row, context) -> grant(row))
                .findOne();
    }

    static List<Grant> ofKey(Handle handle, String keyId, String after, int most) {
        return handle.select(
                        "SELECT * FROM kms_grants WHERE key_id = ? AND grant_id > ? ORDER BY"
                                + " grant_id LIMIT ?",
                        keyId,
                        after,
                        most)
                .map((row, context) -> grant(row))
                .list();
    }

    static List<Grant> ofRetiree(Handle handle, String retiree, String after, int most) {
        return handle.select(
                        "SELECT * FROM kms_grants WHERE retiree = ? AND grant_id > ? ORDER BY"
                                + " grant_id LIMIT ?",
                        retiree,
                        after,
                        most)
                .map((row, context) -> grant(row))
                .list();
    }

    /** Grants of one name, of all keys. */
    static List<Grant> named(Handle handle, String name, int most) {
        return handle.select("SELECT * FROM kms_grants WHERE name = ? LIMIT ?", name, most)
                .map((row, context) -> grant(row))
                .list();
    }

    static int count(Handle handle, String keyId) {
        return handle.select("SELECT COUNT(*) FROM kms_grants WHERE key_id = ?", keyId)
                .mapTo(Integer.class)
                .one();
    }

    static void insert(Handle handle, Grant grant) {
        String kind;
        Map<String, String> context;
        switch (grant.constraint()) {
            case Constraint.None() -> {
                kind = "NONE";
                context = Map.of();
            }
            case Constraint.Exactly(Map<String, String> exactly) -> {
                kind = "EQUALS";
                context = exactly;
            }
            case Constraint.Including(Map<String, String> some) -> {
                kind = "SUBSET";
                context = some;
            }
        }
        handle.execute(
                "INSERT INTO kms_grants (grant_id, key_id, key_arn, name, grantee, retiree,"
                        + " issuing_account, operations, constraint_kind, constraint_context,"
                        + " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                grant.id(),
                grant.keyId(),
                grant.keyArn(),
                grant.name().orElse(null),
                grant.grantee(),
                grant.retiree().orElse(null),
                grant.issuingAccount(),
                String.join(",", grant.operations()),
                kind,
                JSON.writeValueAsString(context),
                grant.createdAt().toEpochMilli());
    }

    static int delete(Handle handle, String grantId) {
        return handle.execute("DELETE FROM kms_grants WHERE grant_id = ?", grantId);
    }

    private static Grant grant(ResultSet row) throws SQLException {
        Map<String, String> context = JSON.readValue(row.getString("constraint_context"), CONTEXT);
        Constraint constraint =
                switch (row.getString("constraint_kind")) {
                    case "NONE" -> new Constraint.None();
                    case "EQUALS" -> new Constraint.Exactly(context);
                    case "SUBSET" -> new Constraint.Including(context);
                    default -> throw new SQLException("unknown constraint of a grant");
                };
        return new Grant(
                row.getString("grant_id"),
                row.getString("key_id"),
                row.getString("key_arn"),
                Optional.ofNullable(row.getString("name")),
                row.getString("grantee"),
                Optional.ofNullable(row.getString("retiree")),
                row.getString("issuing_account"),
                List.of(row.getString("operations").split(",")),
                constraint,
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
