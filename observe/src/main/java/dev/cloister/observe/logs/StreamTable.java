package dev.cloister.observe.logs;

import dev.cloister.storage.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** The SQL of streams. Thread-safe. */
final class StreamTable {
    private static final String STREAM_COLUMNS =
            "SELECT id, name, created_millis, first_event_millis, last_event_millis,"
                    + " last_ingestion_millis FROM log_streams ";
    private static final RowMapper<StreamInfo> STREAM =
            (row, context) ->
                    new StreamInfo(
                            row.getLong(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6));

    private final Database database;

    StreamTable(Database database) {
        this.database = database;
    }

    Optional<StreamInfo> find(long groupId, String name) {
        return database.read(
                handle ->
                        handle.select(
                                        STREAM_COLUMNS + "WHERE group_id = ? AND name = ?",
                                        groupId,
                                        name)
                                .map(STREAM)
                                .findOne());
    }

    /** Streams with events in the time range whose names begin with the prefix. */
    List<StreamInfo> withEvents(long groupId, String prefix, long fromMillis, long toMillis) {
        return database.read(
                handle ->
                        handle.select(
                                        STREAM_COLUMNS
                                                + "WHERE group_id = ? AND last_event_millis >= ?"
                                                + " AND first_event_millis <= ? AND substr(name, 1,"
                                                + " ?) = ?",
                                        groupId,
                                        fromMillis,
                                        toMillis,
                                        prefix.length(),
                                        prefix)
                                .map(STREAM)
                                .list());
    }

    /** A page of streams; the query's order is by (key, name) in one direction. */
    List<StreamInfo> page(long groupId, String prefix, StreamOrder order, int limit) {
        return database.read(
                handle -> {
                    Query query = handle.createQuery(STREAM_COLUMNS + order.clauses());
                    order.bind(query);
                    return query.bind("group", groupId)
                            .bind("prefix", prefix)
                            .bind("prefixLength", prefix.length())
                            .bind("limit", limit)
                            .map(STREAM)
                            .list();
                });
    }

    void delete(long id) {
        database.update(handle -> handle.execute("DELETE FROM log_streams WHERE id = ?", id));
    }

    /** Takes the times that a recovery found into the streams' rows; never narrows them. */
    void widen(Map<Long, SegmentRecovery.StreamTimes> streams) {
        if (streams.isEmpty()) {
            return;
        }
        database.update(
                handle ->
                        streams.forEach(
                                (id, times) ->
                                        handle.execute(
                                                "UPDATE log_streams SET first_event_millis = CASE"
                                                        + " WHEN first_event_millis < 0 OR"
                                                        + " first_event_millis > ? THEN ? ELSE"
                                                        + " first_event_millis END, last_event_millis ="
                                                        + " CASE WHEN last_event_millis < ? THEN ? ELSE"
                                                        + " last_event_millis END,"
                                                        + " last_ingestion_millis = CASE WHEN"
                                                        + " last_ingestion_millis < ? THEN ? ELSE"
                                                        + " last_ingestion_millis END WHERE id = ?",
                                                times.first(),
                                                times.first(),
                                                times.last(),
                                                times.last(),
                                                times.ingestion(),
                                                times.ingestion(),
                                                id)));
    }

    /** Writes rows; one is made if there is none. */
    static void save(Handle handle, List<StreamRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        PreparedBatch batch =
                handle.prepareBatch(
                        "INSERT INTO log_streams (id, group_id, name, created_millis,"
                                + " first_event_millis, last_event_millis, last_ingestion_millis)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
                                + " first_event_millis = excluded.first_event_millis, last_event_millis"
                                + " = excluded.last_event_millis, last_ingestion_millis ="
                                + " excluded.last_ingestion_millis");
        for (StreamRow row : rows) {
            StreamInfo stream = row.stream();
            batch.add(
                    stream.id(),
                    row.groupId(),
                    stream.name(),
                    stream.createdMillis(),
                    stream.firstEventMillis(),
                    stream.lastEventMillis(),
                    stream.lastIngestionMillis());
        }
        batch.execute();
    }

    /** A stream's row. */
    record StreamRow(long groupId, StreamInfo stream) {}
}
