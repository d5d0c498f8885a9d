package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The SQL of groups and their tags. Thread-safe. */
final class GroupTables {
    private static final String GROUP_COLUMNS =
            "SELECT g.id, g.account, g.region, g.name, g.created_millis, g.retention_days,"
                    + " (SELECT COALESCE(SUM(s.bytes), 0) FROM log_segments s WHERE s.group_id ="
                    + " g.id) AS stored, g.kms_key FROM log_groups g ";
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
                            row.getLong(7),
                            Optional.of(row.getString(8)).filter(arn -> !arn.isEmpty()));

    private final Database database;

    GroupTables(Database database) {
        this.database = database;
    }

    Optional<GroupInfo> find(GroupName name) {
        return database.read(handle -> group(handle, name));
    }

    Optional<GroupInfo> find(long id) {
        return database.read(
                handle -> handle.select(GROUP_COLUMNS + "WHERE g.id = ?", id).map(GROUP).findOne());
    }

    /**
     * Adds a group unless there is one of that name.
     *
     * @return whether it was added
     * @throws dev.cloister.api.AwsError if the account has {@code most} in the region
     */
    boolean add(
            long id,
            GroupName name,
            long nowMillis,
            Map<String, String> tags,
            Optional<String> kmsKeyArn,
            int most) {
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
                            "INSERT INTO log_groups (id, account, region, name, created_millis,"
                                    + " retention_days, kms_key) VALUES (?, ?, ?, ?, ?, 0, ?)",
                            id,
                            name.account().value(),
                            name.region().value(),
                            name.name(),
                            nowMillis,
                            kmsKeyArn.orElse(""));
                    putTags(handle, id, tags);
                    return true;
                });
    }

    void delete(long id) {
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

    void setKey(long id, Optional<String> kmsKeyArn) {
        database.update(
                handle ->
                        handle.execute(
                                "UPDATE log_groups SET kms_key = ? WHERE id = ?",
                                kmsKeyArn.orElse(""),
                                id));
    }

    /** Groups by name, after a name; prefix and part may be empty. */
    List<GroupInfo> page(
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
    List<GroupInfo> expiring() {
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
}
