package dev.cloister.observe.logs;

import dev.cloister.storage.Database;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The SQL of segments, and of the ids that everything of the store has. Thread-safe. */
final class SegmentTable {
    private static final String COLUMNS =
            "SELECT id, group_id, created_millis, min_event_millis, max_event_millis, bytes, chunks,"
                    + " first_sequence, last_sequence, sealed, kms_key FROM log_segments";
    private static final RowMapper<SegmentInfo> SEGMENT =
            (row, context) ->
                    new SegmentInfo(
                            row.getLong(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getInt(7),
                            row.getLong(8),
                            row.getLong(9),
                            row.getInt(10) != 0,
                            row.getString(11));

    private final Database database;

    SegmentTable(Database database) {
        this.database = database;
    }

    /** Reserves ids that no row, file or chunk has ever had; returns the first. */
    long reserveIds(long count) {
        return database.write(
                handle -> {
                    handle.execute("UPDATE log_ids SET next_id = next_id + ?", count);
                    return handle.select("SELECT next_id FROM log_ids").mapTo(Long.class).one()
                            - count;
                });
    }

    List<SegmentInfo> of(long groupId) {
        return database.read(
                handle ->
                        handle.select(COLUMNS + " WHERE group_id = ? ORDER BY id", groupId)
                                .map(SEGMENT)
                                .list());
    }

    void add(SegmentInfo segment) {
        database.update(
                handle ->
                        handle.execute(
                                "INSERT INTO log_segments (id, group_id, created_millis,"
                                        + " min_event_millis, max_event_millis, bytes, chunks,"
                                        + " first_sequence, last_sequence, sealed, kms_key) VALUES (?,"
                                        + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                segment.id(),
                                segment.groupId(),
                                segment.createdMillis(),
                                segment.minEventMillis(),
                                segment.maxEventMillis(),
                                segment.bytes(),
                                segment.chunks(),
                                segment.firstSequence(),
                                segment.lastSequence(),
                                segment.sealed() ? 1 : 0,
                                segment.kmsKeyArn()));
    }

    void delete(long id) {
        database.update(handle -> handle.execute("DELETE FROM log_segments WHERE id = ?", id));
    }

    long totalBytes() {
        return database.read(
                handle ->
                        handle.select("SELECT COALESCE(SUM(bytes), 0) FROM log_segments")
                                .mapTo(Long.class)
                                .one());
    }

    /** Ids of all segments, in order. */
    List<Long> ids() {
        return database.read(
                handle -> handle.select("SELECT id FROM log_segments").mapTo(Long.class).list());
    }

    /** The group that has to give up a segment: the largest of the account that holds most. */
    Optional<Long> largestGroup() {
        String sql =
                "SELECT g.id FROM log_groups g JOIN log_segments s ON s.group_id = g.id WHERE"
                        + " g.account = (SELECT h.account FROM log_groups h JOIN log_segments t ON"
                        + " t.group_id = h.id GROUP BY h.account ORDER BY SUM(t.bytes) DESC, h.account"
                        + " LIMIT 1) GROUP BY g.id ORDER BY SUM(s.bytes) DESC, g.id LIMIT 1";
        return database.read(handle -> handle.select(sql).mapTo(Long.class).findOne());
    }

    /** Updates the rows that there are. */
    static void save(Handle handle, List<SegmentInfo> segments) {
        for (SegmentInfo segment : segments) {
            handle.execute(
                    "UPDATE log_segments SET min_event_millis = ?, max_event_millis = ?, bytes = ?,"
                            + " chunks = ?, first_sequence = ?, last_sequence = ?, sealed = ? WHERE"
                            + " id = ?",
                    segment.minEventMillis(),
                    segment.maxEventMillis(),
                    segment.bytes(),
                    segment.chunks(),
                    segment.firstSequence(),
                    segment.lastSequence(),
                    segment.sealed() ? 1 : 0,
                    segment.id());
        }
    }
}
