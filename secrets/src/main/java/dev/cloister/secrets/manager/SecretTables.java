package dev.cloister.secrets.manager;

import dev.cloister.storage.Migration;
import java.util.List;

/** The tables of secrets. Times are epoch milliseconds. */
final class SecretTables {
    static final Migration MIGRATION =
            new Migration(
                    "secretsmanager",
                    List.of(
                            """
                            CREATE TABLE secret_secrets (
                              arn TEXT PRIMARY KEY,
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              name TEXT NOT NULL,
                              description TEXT,
                              kms_key_id TEXT,
                              created_at INTEGER NOT NULL,
                              changed_at INTEGER NOT NULL,
                              accessed_at INTEGER,
                              deletion_at INTEGER,
                              policy TEXT
                            );
                            CREATE UNIQUE INDEX secret_secrets_by_name
                              ON secret_secrets (account_id, region, name);
                            CREATE INDEX secret_secrets_by_creation
                              ON secret_secrets (account_id, region, created_at, arn);
                            CREATE INDEX secret_secrets_to_delete ON secret_secrets (deletion_at)
                              WHERE deletion_at IS NOT NULL;
                            CREATE TABLE secret_versions (
                              arn TEXT NOT NULL,
                              version_id TEXT NOT NULL,
                              kind TEXT NOT NULL,
                              sealed BLOB NOT NULL,
                              key_arn TEXT NOT NULL,
                              created_at INTEGER NOT NULL,
                              accessed_at INTEGER,
                              PRIMARY KEY (arn, version_id)
                            );
                            CREATE TABLE secret_stages (
                              arn TEXT NOT NULL,
                              stage TEXT NOT NULL,
                              version_id TEXT NOT NULL,
                              PRIMARY KEY (arn, stage)
                            );
                            CREATE TABLE secret_tags (
                              arn TEXT NOT NULL,
                              tag_key TEXT NOT NULL,
                              tag_value TEXT NOT NULL,
                              PRIMARY KEY (arn, tag_key)
                            );
                            """));

    private SecretTables() {}
}
