package dev.cloister.s3;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** Rows of objects' versions; every method works in its caller's transaction. */
final class ObjectTable {
    private static final String OF_KEY = " WHERE bucket = :bucket AND object_key = :key";

    private ObjectTable() {}

    static Optional<ObjectVersion> latest(Handle handle, String bucket, String key) {
        return one(
                handle.createQuery("SELECT * FROM s3_object" + OF_KEY + " AND latest = 1"),
                bucket,
                key);
    }

    static Optional<ObjectVersion> version(
            Handle handle, String bucket, String key, String versionId) {
        return one(
                handle.createQuery(
                                "SELECT * FROM s3_object" + OF_KEY + " AND version_id = :version")
                        .bind("version", versionId),
                bucket,
                key);
    }

    private static Optional<ObjectVersion> one(Query query, String bucket, String key) {
        return query.bind("bucket", bucket)
                .bind("key", key)
                .map((rows, context) -> version(rows))
                .findOne();
    }

    /** Objects that reads without a version find, from a key on, in order. */
    static List<ObjectVersion> current(
            Handle handle, String bucket, String from, boolean inclusive, int most) {
        return handle.createQuery(
                        "SELECT * FROM s3_object WHERE bucket = :bucket AND latest = 1"
                                + " AND delete_marker = 0 AND object_key "
                                + (inclusive ? ">=" : ">")
                                + " :from ORDER BY object_key LIMIT :most")
                .bind("bucket", bucket)
                .bind("from", from)
                .bind("most", most)
                .map((rows, context) -> version(rows))
                .list();
    }

    /** All versions, by key and then newest first, after the key, or after a version of it. */
    static List<ObjectVersion> versions(
            Handle handle, String bucket, String key, long before, int most) {
        return handle.createQuery(
                        "SELECT * FROM s3_object WHERE bucket = :bucket AND (object_key > :key"
                                + " OR (object_key = :key AND id < :before))"
                                + " ORDER BY object_key, id DESC LIMIT :most")
                .bind("bucket", bucket)
                .bind("key", key)
                .bind("before", before)
                .bind("most", most)
                .map((rows, context) -> version(rows))
                .list();
    }

    static boolean any(Handle handle, String bucket) {
        return handle.createQuery("SELECT id FROM s3_object WHERE bucket = :bucket LIMIT 1")
                .bind("bucket", bucket)
                .mapTo(Long.class)
                .findOne()
                .isPresent();
    }

    static long nextId(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) + 1 FROM s3_object")
                .mapTo(Long.class)
                .one();
    }

    static void insert(Handle handle, ObjectVersion version, List<Segment> segments) {
        handle.createUpdate(
                        "INSERT INTO s3_object (id, bucket, object_key, version_id, latest,"
                                + " delete_marker, size, etag, modified_at, details, tags) VALUES"
                                + " (:id, :bucket, :key, :version, 1, :marker, :size, :etag,"
                                + " :modified, :details, :tags)")
                .bind("id", version.id())
                .bind("bucket", version.bucket())
                .bind("key", version.key())
                .bind("version", version.versionId())
                .bind("marker", version.deleteMarker() ? 1 : 0)
                .bind("size", version.size())
                .bind("etag", version.etag())
                .bind("modified", version.modifiedAt().toEpochMilli())
                .bind("details", Json.write(version.details()))
                .bind("tags", Json.write(version.tags()))
                .execute();
        if (segments.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        "INSERT INTO s3_segment (object_id, position, artifact, size)"
                                + " VALUES (:id, :position, :artifact, :size)");
        for (int i = 0; i < segments.size(); i++) {
            batch.bind("id", version.id())
                    .bind("position", i)
                    .bind("artifact", segments.get(i).artifact())
                    .bind("size", segments.get(i).size())
                    .add();
        }
        batch.execute();
    }

    static void retireLatest(Handle handle, String bucket, String key) {
        handle.createUpdate("UPDATE s3_object SET latest = 0" + OF_KEY + " AND latest = 1")
                .bind("bucket", bucket)
                .bind("key", key)
                .execute();
    }

    /** After the removal of the latest version: the newest that is left takes its place. */
    static void promote(Handle handle, String bucket, String key) {
        handle.createUpdate(
                        "UPDATE s3_object SET latest = 1 WHERE id = (SELECT MAX(id) FROM s3_object"
                                + OF_KEY
                                + ")")
                .bind("bucket", bucket)
                .bind("key", key)
                .execute();
    }

    /**
     * Removes a version.
     *
     * @return its content, which nobody refers to any more
     */
    static List<Segment> delete(Handle handle, ObjectVersion version) {
        List<Segment> segments = segments(handle, version.id());
        handle.createUpdate("DELETE FROM s3_segment WHERE object_id = :id")
                .bind("id", version.id())
                .execute();
        handle.createUpdate("DELETE FROM s3_object WHERE id = :id")
                .bind("id", version.id())
                .execute();
        return segments;
    }

    static List<Segment> segments(Handle handle, long id) {
        return handle.createQuery(
                        "SELECT artifact, size FROM s3_segment WHERE object_id = :id"
                                + " ORDER BY position")
                .bind("id", id)
                .map((row, context) -> new Segment(row.getString("artifact"), row.getLong("size")))
                .list();
    }

    static void setTags(Handle handle, long id, Map<String, String> tags) {
        handle.createUpdate("UPDATE s3_object SET tags = :tags WHERE id = :id")
                .bind("id", id)
                .bind("tags", Json.write(tags))
                .execute();
    }

    /** Every artifact that an object or a part refers to. */
    static List<String> artifacts(Handle handle) {
        return handle.createQuery(
                        "SELECT artifact FROM s3_segment UNION SELECT artifact FROM s3_part")
                .mapTo(String.class)
                .list();
    }

    private static ObjectVersion version(ResultSet row) throws SQLException {
        return new ObjectVersion(
                row.getLong("id"),
                row.getString("bucket"),
                row.getString("object_key"),
                row.getString("version_id"),
                row.getInt("latest") == 1,
                row.getInt("delete_marker") == 1,
                row.getLong("size"),
                row.getString("etag"),
                Instant.ofEpochMilli(row.getLong("modified_at")),
                Json.details(row.getString("details")),
                Json.map(row.getString("tags")));
    }
}
