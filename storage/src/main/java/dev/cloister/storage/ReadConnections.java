package dev.cloister.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of connections that can only read; each read is one transaction, hence one view of
 * the data (sqlite.org/isolation.html). Thread-safe.
 */
final class ReadConnections implements AutoCloseable {
    private final Path file;
    private final int most;
    private final Duration patience;
    private final Semaphore permits;
    private final Object monitor = new Object();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private boolean closed;
    private final ScopedValue<Handle> current = ScopedValue.newInstance();

    ReadConnections(Path file, int most, Duration patience) {
        this.file = file;
        this.most = most;
        this.patience = patience;
        this.permits = new Semaphore(most, true);
    }

    <T> T read(Function<Handle, T> work) {
        if (current.isBound()) {
            // A second connection for the same task could wait for itself when all are taken.
            return work.apply(current.get());
        }
        acquire(1);
        try {
            return readOn(take(), work);
        } catch (SQLException e) {
            throw new DatabaseException("could not read " + file + ": " + e.getMessage(), e);
        } finally {
            permits.release();
        }
    }

    private <T> T readOn(Connection connection, Function<Handle, T> work) throws SQLException {
        Jdbi jdbi = Jdbi.create(connection);
        jdbi.setTransactionHandler(new OwnedTransactions());
        boolean reusable = false;
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            try (Handle handle = jdbi.open()) {
                return ScopedValue.where(current, handle).call(() -> work.apply(handle));
            } finally {
                statement.execute("ROLLBACK");
                reusable = true;
            }
        } finally {
            if (reusable) {
                giveBack(connection);
            } else {
                SqliteFile.close(connection);
            }
        }
    }

    private Connection take() {
        Connection connection = takeIdle();
        return connection != null ? connection : SqliteFile.openForReading(file);
    }

    private @Nullable Connection takeIdle() {
        synchronized (monitor) {
            if (closed) {
                throw new DatabaseException("the read was refused: the database is closed");
            }
            return idle.poll();
        }
    }

    private void giveBack(Connection connection) {
        synchronized (monitor) {
            idle.push(connection);
        }
    }

    private void acquire(int count) {
        try {
            if (!permits.tryAcquire(count, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new DatabaseException(
                        "all %d read connections of %s have been in use for %d s"
                                .formatted(most, file, patience.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("interrupted while waiting for a read connection", e);
        }
    }

    /** Refuses further reads and waits, within the pool's patience, for those under way. */
    @Override
    public void close() {
        synchronized (monitor) {
            closed = true;
        }
        acquire(most);
        synchronized (monitor) {
            idle.forEach(SqliteFile::close);
            idle.clear();
        }
        permits.release(most);
    }
}
