package dev.cloister.s3;

import dev.cloister.storage.Database;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Listings of a bucket, one page each. Thread-safe. */
public final class Listings {
    /** Sorts after every character: what follows it has left a prefix behind. */
    private static final String LAST = "\uDBFF\uDFFF";

    private static final int BATCH = 256;

    private final Database database;

    Listings(Database database) {
        this.database = database;
    }

    /**
     * Which entries to list.
     *
     * @param delimiter empty: no grouping
     * @param after the key or common prefix that the listing goes on behind; empty: from the start
     * @param afterVersion within the versions of {@code after}: the id to go on behind
     * @param most entries and common prefixes together
     */
    public record Query(
            String bucket,
            String prefix,
            String delimiter,
            String after,
            Optional<Long> afterVersion,
            int most) {}

    /**
     * A page.
     *
     * @param entries objects or versions in order
     * @param prefixes common prefixes in order
     * @param last the last key or common prefix of the page, if there is more
     * @param lastVersion the last entry of the page, if it ended with one and there is more
     */
    public record Page(
            List<ObjectVersion> entries,
            List<String> prefixes,
            Optional<String> last,
            Optional<ObjectVersion> lastVersion) {}

    /** Objects as reads without a version see them. */
    public Page current(Query query) {
        return database.read(
                handle ->
                        walk(
                                query,
                                (from, inclusive, before) ->
                                        ObjectTable.current(
                                                handle, query.bucket, from, inclusive, BATCH)));
    }

    /** All versions and delete markers. */
    public Page versions(Query query) {
        return database.read(
                handle ->
                        walk(
                                query,
                                (from, inclusive, before) ->
                                        versions(handle, query, from, inclusive, before)));
    }

    private static List<ObjectVersion> versions(
            Handle handle, Query query, String from, boolean inclusive, long before) {
        return ObjectTable.versions(
                handle, query.bucket, from, inclusive ? Long.MAX_VALUE : before, BATCH);
    }

    /** The rows behind a place: a key, or a version of it. */
    private interface Source {
        List<ObjectVersion> next(String from, boolean inclusive, long before);
    }

    private static Page walk(Query query, Source source) {
        if (query.most == 0) {
            return new Page(List.of(), List.of(), Optional.empty(), Optional.empty());
        }
        Walk walk = new Walk(query);
        boolean more = true;
        while (more) {
            List<ObjectVersion> rows =
                    source.next(walk.position, walk.inclusive, walk.beforeVersion);
            more = rows.size() == BATCH;
            for (ObjectVersion row : rows) {
                Step step = walk.take(row);
                if (step == Step.END) {
                    return walk.page();
                }
                if (step == Step.JUMP) {
                    more = true;
                    break;
                }
            }
        }
        return walk.page();
    }

    private enum Step {
        NEXT,
        /** The rows at hand are of no use: go on at the new position. */
        JUMP,
        END
    }

    /** Where a walk over sorted rows stands, and what it has collected. */
    private static final class Walk {
        private final Query query;
        private final List<ObjectVersion> entries = new ArrayList<>();
        private final List<String> prefixes = new ArrayList<>();
        private String position;
        private boolean inclusive;
        private long beforeVersion;
        private Optional<String> last = Optional.empty();
        private Optional<ObjectVersion> lastEntry = Optional.empty();
        private boolean truncated;

        Walk(Query query) {
            this.query = query;
            if (query.after.isEmpty() || isBefore(query.after, query.prefix)) {
                this.position = query.prefix;
                this.inclusive = true;
            } else {
                this.position = behind(query);
                this.last = Optional.of(query.after);
                this.inclusive = false;
                this.beforeVersion = query.afterVersion.orElse(0L);
            }
        }

        /** In the order of the database, which is not that of UTF-16. */
        private static boolean isBefore(String text, String other) {
            return Arrays.compareUnsigned(
                            text.getBytes(StandardCharsets.UTF_8),
                            other.getBytes(StandardCharsets.UTF_8))
                    < 0;
        }

        /** A marker that is a common prefix stands for all that it covers. */
        private static String behind(Query query) {
            Optional<String> group = group(query, query.after);
            return group.isPresent() && group.get().equals(query.after)
                    ? query.after + LAST
                    : query.after;
        }

        private static Optional<String> group(Query query, String key) {
            if (query.delimiter.isEmpty() || !key.startsWith(query.prefix)) {
                return Optional.empty();
            }
            int at = key.indexOf(query.delimiter, query.prefix.length());
            return at < 0
                    ? Optional.empty()
                    : Optional.of(key.substring(0, at + query.delimiter.length()));
        }

        Step take(ObjectVersion row) {
            if (!row.key().startsWith(query.prefix)) {
                return Step.END;
            }
            Optional<String> group = group(query, row.key());
            boolean known = group.isPresent() && group.equals(last) && lastEntry.isEmpty();
            if (!known && entries.size() + prefixes.size() == query.most) {
                truncated = true;
                return Step.END;
            }
            inclusive = false;
            if (known) {
                // A key beyond all others of its prefix: no jump leads past it.
                position = row.key();
                beforeVersion = row.id();
                return Step.NEXT;
            }
            if (group.isPresent()) {
                prefixes.add(group.get());
                last = group;
                lastEntry = Optional.empty();
                position = group.get() + LAST;
                beforeVersion = 0;
                return Step.JUMP;
            }
            entries.add(row);
            last = Optional.of(row.key());
            lastEntry = Optional.of(row);
            position = row.key();
            beforeVersion = row.id();
            return Step.NEXT;
        }

        Page page() {
            return new Page(
                    entries,
                    prefixes,
                    truncated ? last : Optional.empty(),
                    truncated ? lastEntry : Optional.empty());
        }
    }
}
