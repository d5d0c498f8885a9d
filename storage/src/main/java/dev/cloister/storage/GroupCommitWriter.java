package dev.cloister.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer: takes what callers have queued meanwhile, runs it inside one transaction with a
 * savepoint for each, commits, and only then lets the callers go on. One fsync serves them all.
 *
 * <p>Some errors (disk full, I/O error: sqlite.org/lang_transaction.html, "Response To Errors
 * Within A Transaction") make SQLite roll back the whole transaction. Then every item of the group
 * fails, for none of it was kept.
 */
final class GroupCommitWriter implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(GroupCommitWriter.class);

    /** Most writes in one transaction: bounds how long the first of them waits for the last. */
    static final int MOST_PER_GROUP = 256;

    private final WriteQueue queue;
    private final Connection connection;
    private final Jdbi jdbi;

    GroupCommitWriter(WriteQueue queue, Connection connection) {
        this.queue = queue;
        this.connection = connection;
        this.jdbi = SqliteFile.jdbi(connection);
    }

    @Override
    public void run() {
        while (true) {
            List<WriteItem<?>> group = queue.take(MOST_PER_GROUP);
            if (group.isEmpty()) {
                return;
            }
            runGroup(group);
        }
    }

    private void runGroup(List<WriteItem<?>> group) {
        List<WriteItem<?>> done = new ArrayList<>(group.size());
        int next = 0;
        // Not prepared ones: sqlite-jdbc closes those that fail.
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            while (next < group.size()) {
                WriteItem<?> item = group.get(next);
                next++;
                if (runOne(statement, item)) {
                    done.add(item);
                }
            }
            statement.execute("COMMIT");
        } catch (Throwable e) { // whatever it is, no caller may be left waiting
            rollBackGroup();
            log.error("a group of {} writes was rolled back", group.size(), e);
            DatabaseException cause =
                    new DatabaseException(
                            "the write was not kept, the database rolled it back: "
                                    + e.getMessage(),
                            e);
            done.forEach(item -> item.fail(cause));
            group.subList(next, group.size()).forEach(item -> item.fail(cause));
            return;
        }
        done.forEach(WriteItem::succeed);
    }

    /** Runs one item in its savepoint; false if the item failed and has been told so. */
    private boolean runOne(Statement statement, WriteItem<?> item) throws SQLException {
        try {
            statement.execute("SAVEPOINT item");
        } catch (SQLException e) {
            item.fail(new DatabaseException("the write was not started: " + e.getMessage(), e));
            throw e;
        }
        try (Handle handle = jdbi.open()) {
            item.run(handle);
        } catch (Throwable e) { // the caller's own failure, errors too, passes on to the caller
            item.fail(e);
            statement.execute("ROLLBACK TO item");
            statement.execute("RELEASE item");
            return false;
        }
        try {
            statement.execute("RELEASE item");
        } catch (SQLException e) {
            item.fail(new DatabaseException("the write was not kept: " + e.getMessage(), e));
            throw e;
        }
        return true;
    }

    private void rollBackGroup() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has already rolled back by itself: there is no transaction any more.
            log.debug("rolling back: {}", e.getMessage());
        }
    }
}
