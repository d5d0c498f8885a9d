package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** The SQL of groups, streams and segments. Thread-safe. */
final class LogTables {
    private static final String GROUP_COLUMNS =
            "SELECT g.id, g.account, g.region, g.name, g.created_millis, g.retention_days,"
                    + " (SELECT COALESCE(SUM(s.bytes), 0) FROM log_segments s WHERE s.group_id ="
                    + " g.id) AS stored FROM log_groups g ";
    private static final String STREAM_COLUMNS =
            "SELECT id, name, created_millis, first_event_millis, last_event_millis,"
                    + " last_ingestion_millis FROM log_streams ";
    private static final RowMapper<GroupInfo> GROUP =
            (row, context) ->
                    new GroupInfo(
                            row.getLong(1),
                            new GroupName(
                                    new AccountId(row.getString(2)),
                                    new Region(row.getString(3)),
                                    row.getString(4)),
                            row.getLong(5),
                            row.getInt(6) == 0
                                    ? OptionalInt.empty()
                                    : OptionalInt.of(row.getInt(6)),
                            row.getLong(7));
    private static final RowMapper<StreamInfo> STREAM =
            (row, context) ->
                    new StreamInfo(
                            row.getLong(1),
                            row.getString(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6));
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
                            row.getInt(9) != 0);

    private final Database database;

    LogTables(Database database) {
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

    Optional<GroupInfo> group(GroupName name) {
        return database.read(handle -> group(handle, name));
    }

    Optional<GroupInfo> group(long id) {
        return database.read(
                handle -> handle.select(GROUP_COLUMNS + "WHERE g.id = ?", id).map(GROUP).findOne());
    }

    /**
     * Adds a group unless there is one of that name.
     *
     * @return whether it was added
     * @throws dev.cloister.api.AwsError if the account has {@code most} in the region
     */
    boolean addGroup(long id, GroupName name, long nowMillis, Map<String, String> tags, int most) {
        return database.write(
                handle -> {
                    if (group(handle, name).isPresent()) {
                        return false;
                    }
                    int groups =
                            handle.select(
                                            "SELECT COUNT(*) FROM log_groups WHERE account = ? AND"
                                                    + " region = ?",
                                            name.account().value(),
                                            name.region().value())
                                    .mapTo(Integer.class)
                                    .one();
                    if (groups >= most) {
                        throw LogErrors.limitExceeded();
                    }
                    handle.execute(
                            "INSERT INTO log_groups VALUES (?, ?, ?, ?, ?, 0)",
                            id,
                            name.account().value(),
                            name.region().value(),
                            name.name(),
                            nowMillis);
                    putTags(handle, id, tags);
                    return true;
                });
    }

    void deleteGroup(long id) {
        database.update(
                handle -> {
                    handle.execute("DELETE FROM log_streams WHERE group_id = ?", id);
                    handle.execute("DELETE FROM log_segments WHERE group_id = ?", id);
                    handle.execute("DELETE FROM log_group_tags WHERE group_id = ?", id);
                    handle.execute("DELETE FROM log_groups WHERE id = ?", id);
                });
    }

    void setRetention(long id, int days) {
        database.update(
                handle ->
                        handle.execute(
                                "UPDATE log_groups SET retention_days = ? WHERE id = ?", days, id));
    }

    /** Groups by name, after a name; prefix and part may be empty. */
    List<GroupInfo> groups(
            AccountId account, Region region, String prefix, String part, String after, int limit) {
        String sql =
                GROUP_COLUMNS
                        + "WHERE g.account = :account AND g.region = :region AND g.name > :after"
                        + " AND substr(g.name, 1, :prefixLength) = :prefix AND (:part = '' OR"
                        + " replace(g.name, :part, '') <> g.name) ORDER BY g.name LIMIT :limit";
        return database.read(
                handle ->
                        handle.createQuery(sql)
                                .bind("account", account.value())
                                .bind("region", region.value())
                                .bind("after", after)
                                .bind("prefix", prefix)
                                .bind("prefixLength", prefix.length())
                                .bind("part", part)
                                .bind("limit", limit)
                                .map(GROUP)
                                .list());
    }

    /** Groups that have a retention, of every account. */
    List<GroupInfo> expiringGroups() {
        return database.read(
                handle ->
                        handle.select(GROUP_COLUMNS + "WHERE g.retention_days > 0")
                                .map(GROUP)
                                .list());
    }

    Map<String, String> tags(long groupId) {
        return database.read(
                handle -> {
                    Map<String, String> tags = new TreeMap<>();
                    handle.select(
                                    "SELECT tag_key, tag_value FROM log_group_tags WHERE group_id ="
                                            + " ?",
                                    groupId)
                            .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                            .forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
                    return tags;
                });
    }

    /** Sets tags and returns how many there are then; above {@code most} nothing is changed. */
    int putTags(long groupId, Map<String, String> tags, int most) {
        return database.write(
                handle -> {
                    TreeMap<String, String> all = new TreeMap<>();
                    handle.select("SELECT tag_key FROM log_group_tags WHERE group_id = ?", groupId)
                            .mapTo(String.class)
                            .forEach(key -> all.put(key, ""));
                    all.putAll(tags);
                    if (all.size() <= most) {
                        putTags(handle, groupId, tags);
                    }
                    return all.size();
                });
    }

    void removeTags(long groupId, List<String> keys) {
        database.update(
                handle ->
                        keys.forEach(
                                key ->
                                        handle.execute(
                                                "DELETE FROM log_group_tags WHERE group_id = ? AND"
                                                        + " tag_key = ?",
                                                groupId,
                                                key)));
    }

    Optional<StreamInfo> stream(long groupId, String name) {
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
    List<StreamInfo> streamsWithEvents(
            long groupId, String prefix, long fromMillis, long toMillis) {
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
    List<StreamInfo> streams(long groupId, String prefix, StreamOrder order, int limit) {
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

    void deleteStream(long id) {
        database.update(handle -> handle.execute("DELETE FROM log_streams WHERE id = ?", id));
    }

    List<SegmentInfo> segments(long groupId) {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT * FROM log_segments WHERE group_id = ? ORDER BY id",
                                        groupId)
                                .map(SEGMENT)
                                .list());
    }

    void addSegment(SegmentInfo segment) {
        database.update(
                handle ->
                        handle.execute(
                                "INSERT INTO log_segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                segment.id(),
                                segment.groupId(),
                                segment.createdMillis(),
                                segment.minEventMillis(),
                                segment.maxEventMillis(),
                                segment.bytes(),
                                segment.chunks(),
                                segment.lastSequence(),
                                segment.sealed() ? 1 : 0));
    }

    void deleteSegment(long id) {
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
    List<Long> segmentIds() {
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

    /** Writes what is known of streams and segments; a stream's row is made if there is none. */
    void save(List<StreamRow> streams, List<SegmentInfo> segments) {
        if (streams.isEmpty() && segments.isEmpty()) {
            return;
        }
        List<StreamRow> rows = new ArrayList<>(streams);
        database.update(
                handle -> {
                    saveStreams(handle, rows);
                    for (SegmentInfo segment : segments) {
                        handle.execute(
                                "UPDATE log_segments SET min_event_millis = ?, max_event_millis ="
                                        + " ?, bytes = ?, chunks = ?, last_sequence = ?, sealed = ?"
                                        + " WHERE id = ?",
                                segment.minEventMillis(),
                                segment.maxEventMillis(),
                                segment.bytes(),
                                segment.chunks(),
                                segment.lastSequence(),
                                segment.sealed() ? 1 : 0,
                                segment.id());
                    }
                });
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

    private static void saveStreams(Handle handle, List<StreamRow> rows) {
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

    private static Optional<GroupInfo> group(Handle handle, GroupName name) {
        return handle.select(
                        GROUP_COLUMNS + "WHERE g.account = ? AND g.region = ? AND g.name = ?",
                        name.account().value(),
                        name.region().value(),
                        name.name())
                .map(GROUP)
                .findOne();
    }

    private static void putTags(Handle handle, long groupId, Map<String, String> tags) {
        tags.forEach(
                (key, value) ->
                        handle.execute(
                                "INSERT INTO log_group_tags VALUES (?, ?, ?) ON CONFLICT (group_id,"
                                        + " tag_key) DO UPDATE SET tag_value = excluded.tag_value",
                                groupId,
                                key,
                                value));
    }

    /** A stream's row. */
    record StreamRow(long groupId, StreamInfo stream) {}
}
