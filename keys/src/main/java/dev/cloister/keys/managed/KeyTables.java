package dev.cloister.keys.managed;

import dev.cloister.storage.Migration;
import java.util.List;

/** The tables of KMS keys. Times are epoch milliseconds. */
final class KeyTables {
    static final Migration MIGRATION =
            new Migration(
                    "kms",
                    List.of(
                            """
                            CREATE TABLE kms_keys (
                              key_id TEXT PRIMARY KEY,
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              manager TEXT NOT NULL,
                              spec TEXT NOT NULL,
                              key_usage TEXT NOT NULL,
                              origin TEXT NOT NULL,
                              state TEXT NOT NULL,
                              description TEXT NOT NULL,
                              policy TEXT NOT NULL,
                              created_at INTEGER NOT NULL,
                              deletion_at INTEGER,
                              deletion_days INTEGER,
                              rotation_days INTEGER,
                              next_rotation_at INTEGER
                            );
                            CREATE INDEX kms_keys_of_account
                              ON kms_keys (account_id, region, key_id);
                            CREATE INDEX kms_keys_to_delete ON kms_keys (deletion_at)
                              WHERE deletion_at IS NOT NULL;
                            CREATE INDEX kms_keys_to_rotate ON kms_keys (next_rotation_at)
                              WHERE next_rotation_at IS NOT NULL;
                            CREATE TABLE kms_materials (
                              key_id TEXT NOT NULL,
                              material_id TEXT NOT NULL,
                              ordinal INTEGER NOT NULL,
                              is_current INTEGER NOT NULL,
                              sealed BLOB,
                              public_key BLOB NOT NULL,
                              created_at INTEGER NOT NULL,
                              rotation TEXT,
                              expires_at INTEGER,
                              description TEXT,
                              PRIMARY KEY (key_id, material_id)
                            );
                            CREATE INDEX kms_materials_to_forget ON kms_materials (expires_at)
                              WHERE expires_at IS NOT NULL;
                            CREATE TABLE kms_aliases (
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              name TEXT NOT NULL,
                              key_id TEXT NOT NULL,
                              created_at INTEGER NOT NULL,
                              updated_at INTEGER NOT NULL,
                              PRIMARY KEY (account_id, region, name)
                            );
                            CREATE INDEX kms_aliases_of_key ON kms_aliases (key_id, name);
                            CREATE TABLE kms_grants (
                              grant_id TEXT PRIMARY KEY,
                              key_id TEXT NOT NULL,
                              key_arn TEXT NOT NULL,
                              name TEXT,
                              grantee TEXT NOT NULL,
                              retiree TEXT,
                              issuing_account TEXT NOT NULL,
                              operations TEXT NOT NULL,
                              constraint_kind TEXT NOT NULL,
                              constraint_context TEXT NOT NULL,
                              created_at INTEGER NOT NULL
                            );
                            CREATE INDEX kms_grants_of_key ON kms_grants (key_id, grant_id);
                            CREATE INDEX kms_grants_of_retiree ON kms_grants (retiree, grant_id);
                            CREATE TABLE kms_tags (
                              key_id TEXT NOT NULL,
                              tag_key TEXT NOT NULL,
                              tag_value TEXT NOT NULL,
                              PRIMARY KEY (key_id, tag_key)
                            );
                            """,
                            """
                            CREATE INDEX kms_grants_of_name ON kms_grants (name)
                              WHERE name IS NOT NULL;
                            CREATE TABLE kms_uses (
                              id INTEGER PRIMARY KEY AUTOINCREMENT,
                              key_arn TEXT NOT NULL,
                              at INTEGER NOT NULL,
                              event TEXT NOT NULL
                            );
                            CREATE INDEX kms_uses_of_key ON kms_uses (key_arn, id);
                            CREATE INDEX kms_uses_by_time ON kms_uses (at);
                            """));

    private KeyTables() {}
}
