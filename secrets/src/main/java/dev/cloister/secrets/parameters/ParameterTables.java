package dev.cloister.secrets.parameters;

import dev.cloister.storage.Migration;
import java.util.List;

/** The tables of parameters. Times are epoch milliseconds. */
final class ParameterTables {
    static final Migration MIGRATION =
            new Migration(
                    "ssm",
                    List.of(
                            """
                            CREATE TABLE ssm_parameters (
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              name TEXT NOT NULL,
                              version INTEGER NOT NULL,
                              tier TEXT NOT NULL,
                              PRIMARY KEY (account_id, region, name)
                            );
                            CREATE INDEX ssm_parameters_by_tier
                              ON ssm_parameters (account_id, region, tier);
                            CREATE TABLE ssm_versions (
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              name TEXT NOT NULL,
                              version INTEGER NOT NULL,
                              kind TEXT NOT NULL,
                              tier TEXT NOT NULL,
                              sealed BLOB NOT NULL,
                              key_arn TEXT NOT NULL,
                              key_id TEXT,
                              description TEXT,
                              allowed_pattern TEXT,
                              data_type TEXT NOT NULL,
                              modified_at INTEGER NOT NULL,
                              modified_by TEXT NOT NULL,
                              PRIMARY KEY (account_id, region, name, version)
                            );
                            CREATE TABLE ssm_labels (
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              name TEXT NOT NULL,
                              label TEXT NOT NULL,
                              version INTEGER NOT NULL,
                              PRIMARY KEY (account_id, region, name, label)
                            );
                            CREATE TABLE ssm_tags (
                              account_id TEXT NOT NULL,
                              region TEXT NOT NULL,
                              name TEXT NOT NULL,
                              tag_key TEXT NOT NULL,
                              tag_value TEXT NOT NULL,
                              PRIMARY KEY (account_id, region, name, tag_key)
                            );
                            """));

    private ParameterTables() {}
}
