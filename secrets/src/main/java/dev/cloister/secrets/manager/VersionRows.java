package dev.cloister.secrets.manager;

import dev.cloister.secrets.Sealed;
import dev.cloister.secrets.manager.SecretValue.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of versions. */
final class VersionRows {
    /** Quota "Versions per secret". */
    static final int MOST = 100;

    /** Versions younger than this are kept, with or without labels (User Guide, "Versions"). */
    static final Duration KEPT = Duration.ofHours(24);

    private static final String COLUMNS =
            "SELECT version_id, kind, sealed, key_arn, created_at, accessed_at FROM"
                    + " secret_versions WHERE arn = ?";

    private VersionRows() {}

    static Optional<SecretVersion> find(Handle handle, String arn, String versionId) {
        return handle.select(COLUMNS + " AND version_id = ?", arn, versionId)
                .map((row, context) -> version(row))
                .findOne();
    }

    /** In order of their ids. */
    static List<SecretVersion> page(Handle handle, String arn, String after, int most) {
        return handle.select(
                        COLUMNS + " AND version_id > ? ORDER BY version_id LIMIT ?",
                        arn,
                        after,
                        most)
                .map((row, context) -> version(row))
                .list();
    }

    /**
     * Adds a version and removes the oldest deprecated ones where there would be too many.
     *
     * @throws dev.cloister.api.AwsError LimitExceededException if all of them have to be kept
     */
    static void add(Handle handle, Secret secret, SecretVersion version) {
        int count =
                handle.select("SELECT COUNT(*) FROM secret_versions WHERE arn = ?", secret.arn())
                        .mapTo(Integer.class)
                        .one();
        if (count >= MOST) {
            int removed =
                    handle.createUpdate(
                                    "DELETE FROM secret_versions WHERE arn = :arn AND version_id IN"
                                            + " (SELECT version_id FROM secret_versions WHERE arn ="
                                            + " :arn AND created_at < :before AND version_id NOT IN"
                                            + " (SELECT version_id FROM secret_stages WHERE arn ="
                                            + " :arn) ORDER BY created_at LIMIT :most)")
                            .bind("arn", secret.arn())
                            .bind("before", version.createdAt().minus(KEPT).toEpochMilli())
                            .bind("most", count - MOST + 1)
                            .execute();
            if (count - removed >= MOST) {
                throw SecretErrors.limit(
                        "The secret has %d versions, the most there can be. Versions without a staging label are removed when they are 24 hours old."
                                .formatted(MOST));
            }
        }
        handle.execute(
                "INSERT INTO secret_versions (arn, version_id, kind, sealed, key_arn, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                secret.arn(),
                version.id(),
                version.kind().name(),
                version.sealed().bytes(),
                version.sealed().keyArn(),
                version.createdAt().toEpochMilli());
    }

    /** Puts a value under another key, unless it is no longer the one that was read. */
    static boolean reseal(Handle handle, String arn, String versionId, Sealed from, Sealed to) {
        return handle.execute(
                        "UPDATE secret_versions SET sealed = ?, key_arn = ? WHERE arn = ? AND"
                                + " version_id = ? AND sealed = ?",
                        to.bytes(),
                        to.keyArn(),
                        arn,
                        versionId,
                        from.bytes())
                == 1;
    }

    static void accessed(Handle handle, String arn, String versionId, Instant day) {
        handle.execute(
                "UPDATE secret_versions SET accessed_at = ? WHERE arn = ? AND version_id = ?",
                day.toEpochMilli(),
                arn,
                versionId);
    }

    private static SecretVersion version(ResultSet row) throws SQLException {
        return new SecretVersion(
                row.getString("version_id"),
                Kind.valueOf(row.getString("kind")),
                new Sealed(row.getString("key_arn"), row.getBytes("sealed")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                SecretRows.time(row, "accessed_at"));
    }
}
