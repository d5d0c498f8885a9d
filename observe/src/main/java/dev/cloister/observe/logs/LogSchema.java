package dev.cloister.observe.logs;

import dev.cloister.storage.Migration;
import java.util.List;

/** The log store's tables. Times are milliseconds since the epoch, -1 where there is none. */
public final class LogSchema {
    public static final Migration MIGRATION =
            new Migration(
                    "logs",
                    List.of(
                            """
                            CREATE TABLE log_ids (next_id BIGINT NOT NULL);
                            INSERT INTO log_ids (next_id) VALUES (1);
                            CREATE TABLE log_groups (
                                id BIGINT NOT NULL PRIMARY KEY,
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                created_millis BIGINT NOT NULL,
                                retention_days INTEGER NOT NULL,
                                UNIQUE (account, region, name));
                            CREATE TABLE log_group_tags (
                                group_id BIGINT NOT NULL,
                                tag_key TEXT NOT NULL,
                                tag_value TEXT NOT NULL,
                                PRIMARY KEY (group_id, tag_key));
                            CREATE TABLE log_streams (
                                id BIGINT NOT NULL PRIMARY KEY,
                                group_id BIGINT NOT NULL,
                                name TEXT NOT NULL,
                                created_millis BIGINT NOT NULL,
                                first_event_millis BIGINT NOT NULL,
                                last_event_millis BIGINT NOT NULL,
                                last_ingestion_millis BIGINT NOT NULL,
                                UNIQUE (group_id, name));
                            CREATE INDEX log_streams_by_time
                                ON log_streams (group_id, last_event_millis, name);
                            CREATE TABLE log_segments (
                                id BIGINT NOT NULL PRIMARY KEY,
                                group_id BIGINT NOT NULL,
                                created_millis BIGINT NOT NULL,
                                min_event_millis BIGINT NOT NULL,
                                max_event_millis BIGINT NOT NULL,
                                bytes BIGINT NOT NULL,
                                chunks INTEGER NOT NULL,
                                last_sequence BIGINT NOT NULL,
                                sealed INTEGER NOT NULL);
                            CREATE INDEX log_segments_by_group ON log_segments (group_id, id);
                            """,
                            """
                            ALTER TABLE log_segments
                                ADD COLUMN first_sequence BIGINT NOT NULL DEFAULT 0;
                            """,
                            """
                            ALTER TABLE log_groups ADD COLUMN kms_key TEXT NOT NULL DEFAULT '';
                            ALTER TABLE log_segments ADD COLUMN kms_key TEXT NOT NULL DEFAULT '';
                            """));

    private LogSchema() {}
}
