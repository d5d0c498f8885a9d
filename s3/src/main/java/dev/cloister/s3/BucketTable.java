package dev.cloister.s3;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.s3.Bucket.Versioning;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Rows of buckets; every method works in its caller's transaction. */
final class BucketTable {
    private static final String SELECT =
            "SELECT b.*, p.block FROM s3_bucket b LEFT JOIN s3_public_access p"
                    + " ON p.bucket = b.name";

    /** Stands for a block that was deleted; no row stands for the one that buckets begin with. */
    private static final int DELETED = -1;

    private BucketTable() {}

    static Optional<Bucket> find(Handle handle, String name) {
        return handle.createQuery(SELECT + " WHERE b.name = :name")
                .bind("name", name)
                .map((rows, context) -> bucket(rows))
                .findOne();
    }

    /** An account's buckets after a name, in order. */
    static List<Bucket> list(Handle handle, AccountId account, String after, int most) {
        return handle.createQuery(
                        SELECT
                                + " WHERE b.account = :account AND b.name > :after"
                                + " ORDER BY b.name LIMIT :most")
                .bind("account", account.value())
                .bind("after", after)
                .bind("most", most)
                .map((rows, context) -> bucket(rows))
                .list();
    }

    static int count(Handle handle, AccountId account) {
        return handle.createQuery("SELECT COUNT(*) FROM s3_bucket WHERE account = :account")
                .bind("account", account.value())
                .mapTo(Integer.class)
                .one();
    }

    static void insert(Handle handle, Bucket bucket) {
        handle.createUpdate(
                        "INSERT INTO s3_bucket (name, account, region, created_at, versioning,"
                                + " tags, policy) VALUES (:name, :account, :region, :created,"
                                + " :versioning, :tags, :policy)")
                .bind("name", bucket.name())
                .bind("account", bucket.account().value())
                .bind("region", bucket.region().value())
                .bind("created", bucket.createdAt().toEpochMilli())
                .bind("versioning", bucket.versioning().name())
                .bind("tags", Json.write(bucket.tags()))
                .bind("policy", bucket.policy().orElse(null))
                .execute();
    }

    static void update(Handle handle, Bucket bucket) {
        handle.createUpdate(
                        "UPDATE s3_bucket SET versioning = :versioning, tags = :tags,"
                                + " policy = :policy WHERE name = :name")
                .bind("name", bucket.name())
                .bind("versioning", bucket.versioning().name())
                .bind("tags", Json.write(bucket.tags()))
                .bind("policy", bucket.policy().orElse(null))
                .execute();
        handle.createUpdate(
                        "INSERT INTO s3_public_access (bucket, block) VALUES (:name, :block)"
                                + " ON CONFLICT (bucket) DO UPDATE SET block = excluded.block")
                .bind("name", bucket.name())
                .bind("block", bucket.publicAccess().map(PublicAccessBlock::bits).orElse(DELETED))
                .execute();
    }

    static void delete(Handle handle, String name) {
        handle.createUpdate("DELETE FROM s3_public_access WHERE bucket = :name")
                .bind("name", name)
                .execute();
        handle.createUpdate("DELETE FROM s3_bucket WHERE name = :name")
                .bind("name", name)
                .execute();
    }

    private static Optional<PublicAccessBlock> publicAccess(ResultSet row) throws SQLException {
        int bits = row.getInt("block");
        if (row.wasNull()) {
            return Optional.of(PublicAccessBlock.ALL);
        }
        return bits == DELETED ? Optional.empty() : Optional.of(PublicAccessBlock.of(bits));
    }

    private static Bucket bucket(ResultSet row) throws SQLException {
        return new Bucket(
                row.getString("name"),
                new AccountId(row.getString("account")),
                new Region(row.getString("region")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Versioning.valueOf(row.getString("versioning")),
                Json.map(row.getString("tags")),
                Optional.ofNullable(row.getString("policy")),
                publicAccess(row));
    }
}
