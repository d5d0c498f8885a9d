package dev.cloister.observe.logs;

import java.util.Optional;
import org.jdbi.v3.core.statement.Query;

/**
 * How DescribeLogStreams orders, and where its page begins.
 *
 * @param after the last stream of the page before
 */
public record StreamOrder(boolean byLastEvent, boolean descending, Optional<Cursor> after) {

    /** The last stream of a page, as its order sees it. */
    public record Cursor(long lastEventMillis, String name) {}

    String clauses() {
        String direction = descending ? " DESC" : "";
        String compare = descending ? "<" : ">";
        String from =
                after.isEmpty()
                        ? ""
                        : byLastEvent
                                ? " AND (last_event_millis "
                                        + compare
                                        + " :time OR (last_event_millis = :time AND name "
                                        + compare
                                        + " :name))"
                                : " AND name " + compare + " :name";
        return "WHERE group_id = :group AND substr(name, 1, :prefixLength) = :prefix"
                + from
                + " ORDER BY "
                + (byLastEvent ? "last_event_millis" + direction + ", " : "")
                + "name"
                + direction
                + " LIMIT :limit";
    }

    void bind(Query query) {
        after.ifPresent(
                cursor -> {
                    query.bind("name", cursor.name());
                    if (byLastEvent) {
                        query.bind("time", cursor.lastEventMillis());
                    }
                });
    }
}
