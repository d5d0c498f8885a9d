package dev.cloister.observe.logs;

import dev.cloister.storage.Database;
import java.util.List;

/** The store's tables. Thread-safe. */
record LogTables(
        Database database, GroupTables groups, StreamTable streams, SegmentTable segments) {

    static LogTables of(Database database) {
        return new LogTables(
                database,
                new GroupTables(database),
                new StreamTable(database),
                new SegmentTable(database));
    }

    /** Writes what is known of streams and segments, in one commit. */
    void save(List<StreamTable.StreamRow> rows, List<SegmentInfo> changed) {
        if (!rows.isEmpty() || !changed.isEmpty()) {
            database.update(
                    handle -> {
                        StreamTable.save(handle, rows);
                        SegmentTable.save(handle, changed);
                    });
        }
    }
}
