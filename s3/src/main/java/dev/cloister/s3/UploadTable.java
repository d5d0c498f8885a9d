package dev.cloister.s3;

import dev.cloister.api.message.ChecksumAlgorithm;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of multipart uploads and their parts; every method works in its caller's transaction. */
final class UploadTable {
    private UploadTable() {}

    static Optional<Upload> find(Handle handle, String id) {
        return handle.createQuery("SELECT * FROM s3_upload WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> upload(row))
                .findOne();
    }

    static boolean any(Handle handle, String bucket) {
        return handle.createQuery("SELECT id FROM s3_upload WHERE bucket = :bucket LIMIT 1")
                .bind("bucket", bucket)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    /** Uploads behind a key, or behind an upload of it, in order. */
    static List<Upload> list(Handle handle, String bucket, String key, String id, int most) {
        return handle.createQuery(
                        "SELECT * FROM s3_upload WHERE bucket = :bucket AND (object_key > :key OR"
                                + " (object_key = :key AND id > :id)) ORDER BY object_key, id"
                                + " LIMIT :most")
                .bind("bucket", bucket)
                .bind("key", key)
                .bind("id", id)
                .bind("most", most)
                .map((row, context) -> upload(row))
                .list();
    }

    static void insert(Handle handle, Upload upload) {
        handle.createUpdate(
                        "INSERT INTO s3_upload (id, bucket, object_key, started_at, algorithm,"
                                + " kind, details, tags) VALUES (:id, :bucket, :key, :started,"
                                + " :algorithm, :kind, :details, :tags)")
                .bind("id", upload.id())
                .bind("bucket", upload.bucket())
                .bind("key", upload.key())
                .bind("started", upload.startedAt().toEpochMilli())
                .bind("algorithm", upload.algorithm().name())
                .bind("kind", upload.kind().name())
                .bind("details", Json.write(upload.details()))
                .bind("tags", Json.write(upload.tags()))
                .execute();
    }

    static void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM s3_part WHERE upload_id = :id").bind("id", id).execute();
        handle.createUpdate("DELETE FROM s3_upload WHERE id = :id").bind("id", id).execute();
    }

    static List<Part> parts(Handle handle, String id, int after, int most) {
        return handle.createQuery(
                        "SELECT * FROM s3_part WHERE upload_id = :id AND number > :after"
                                + " ORDER BY number LIMIT :most")
                .bind("id", id)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> part(row))
                .list();
    }

    static Optional<Part> part(Handle handle, String id, int number) {
        return handle.createQuery(
                        "SELECT * FROM s3_part WHERE upload_id = :id AND number = :number")
                .bind("id", id)
                .bind("number", number)
                .map((row, context) -> part(row))
                .findOne();
    }

    static void put(Handle handle, String id, Part part) {
        handle.createUpdate(
                        "INSERT INTO s3_part (upload_id, number, artifact, size, etag, checksum,"
                                + " modified_at) VALUES (:id, :number, :artifact, :size, :etag,"
                                + " :checksum, :modified) ON CONFLICT (upload_id, number) DO UPDATE"
                                + " SET artifact = excluded.artifact, size = excluded.size,"
                                + " etag = excluded.etag, checksum = excluded.checksum,"
                                + " modified_at = excluded.modified_at")
                .bind("id", id)
                .bind("number", part.number())
                .bind("artifact", part.content().artifact())
                .bind("size", part.content().size())
                .bind("etag", part.etag())
                .bind("checksum", part.checksum())
                .bind("modified", part.modifiedAt().toEpochMilli())
                .execute();
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(
                row.getInt("number"),
                new Segment(row.getString("artifact"), row.getLong("size")),
                row.getString("etag"),
                row.getString("checksum"),
                Instant.ofEpochMilli(row.getLong("modified_at")));
    }

    private static Upload upload(ResultSet row) throws SQLException {
        return new Upload(
                row.getString("id"),
                row.getString("bucket"),
                row.getString("object_key"),
                Instant.ofEpochMilli(row.getLong("started_at")),
                ChecksumAlgorithm.valueOf(row.getString("algorithm")),
                StoredChecksum.Kind.valueOf(row.getString("kind")),
                Json.details(row.getString("details")),
                Json.map(row.getString("tags")));
    }
}
