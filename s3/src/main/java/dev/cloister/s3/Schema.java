package dev.cloister.s3;

import dev.cloister.storage.Migration;
import java.util.List;

/** The module's tables. Keys are compared as UTF-8, which is the order of S3's listings. */
final class Schema {
    static final Migration MIGRATION =
            new Migration(
                    "s3",
                    List.of(
                            """
                            CREATE TABLE s3_bucket (
                                name TEXT NOT NULL PRIMARY KEY,
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                created_at BIGINT NOT NULL,
                                versioning TEXT NOT NULL,
                                tags TEXT NOT NULL,
                                policy TEXT
                            );
                            CREATE INDEX s3_bucket_account ON s3_bucket (account, name);
                            CREATE TABLE s3_object (
                                id BIGINT NOT NULL PRIMARY KEY,
                                bucket TEXT NOT NULL,
                                object_key TEXT NOT NULL,
                                version_id TEXT NOT NULL,
                                latest INTEGER NOT NULL,
                                delete_marker INTEGER NOT NULL,
                                size BIGINT NOT NULL,
                                etag TEXT NOT NULL,
                                modified_at BIGINT NOT NULL,
                                details TEXT NOT NULL,
                                tags TEXT NOT NULL
                            );
                            CREATE UNIQUE INDEX s3_object_version
                                ON s3_object (bucket, object_key, version_id);
                            CREATE UNIQUE INDEX s3_object_history
                                ON s3_object (bucket, object_key, id);
                            CREATE UNIQUE INDEX s3_object_latest
                                ON s3_object (bucket, object_key) WHERE latest = 1;
                            CREATE TABLE s3_segment (
                                object_id BIGINT NOT NULL,
                                position INTEGER NOT NULL,
                                artifact TEXT NOT NULL,
                                size BIGINT NOT NULL,
                                PRIMARY KEY (object_id, position)
                            );
                            CREATE TABLE s3_upload (
                                id TEXT NOT NULL PRIMARY KEY,
                                bucket TEXT NOT NULL,
                                object_key TEXT NOT NULL,
                                started_at BIGINT NOT NULL,
                                algorithm TEXT NOT NULL,
                                kind TEXT NOT NULL,
                                details TEXT NOT NULL,
                                tags TEXT NOT NULL
                            );
                            CREATE UNIQUE INDEX s3_upload_key
                                ON s3_upload (bucket, object_key, id);
                            CREATE TABLE s3_part (
                                upload_id TEXT NOT NULL,
                                number INTEGER NOT NULL,
                                artifact TEXT NOT NULL,
                                size BIGINT NOT NULL,
                                etag TEXT NOT NULL,
                                checksum TEXT NOT NULL,
                                modified_at BIGINT NOT NULL,
                                PRIMARY KEY (upload_id, number)
                            );
                            """,
                            """
                            CREATE TABLE s3_public_access (
                                bucket TEXT NOT NULL PRIMARY KEY,
                                block INTEGER NOT NULL
                            );
                            """));

    private Schema() {}
}
