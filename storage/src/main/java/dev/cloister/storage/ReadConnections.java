package dev.cloister.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
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
    private final ArrayDeque<Reader> idle = new ArrayDeque<>();
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

    private <T> T readOn(Reader reader, Function<Handle, T> work) throws SQLException {
        boolean reusable = false;
        try {
            reader.begin.execute();
            try (Handle handle = reader.jdbi.open()) {
                return ScopedValue.where(current, handle).call(() -> work.apply(handle));
            } finally {
                reader.end.execute();
                reusable = true;
            }
        } finally {
            if (reusable) {
                giveBack(reader);
            } else {
                reader.close();
            }
        }
    }

    private Reader take() throws SQLException {
        Reader reader = takeIdle();
        return reader != null ? reader : new Reader(SqliteFile.openForReading(file));
    }

    private @Nullable Reader takeIdle() {
        synchronized (monitor) {
            if (closed) {
                throw new DatabaseException("the read was refused: the database is closed");
            }
            return idle.poll();
        }
    }

    private void giveBack(Reader reader) {
        synchronized (monitor) {
            idle.push(reader);
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
            idle.forEach(Reader::close);
            idle.clear();
        }
        permits.release(most);
    }

    /** A connection and what every read on it needs, made once. Confined to one read at a time. */
    private static final class Reader {
        private final Connection connection;
        private final Jdbi jdbi;
        private final PreparedStatement begin;
        private final PreparedStatement end;

        Reader(Connection connection) throws SQLException {
            this.connection = connection;
            this.jdbi = SqliteFile.jdbi(connection);
            this.begin = connection.prepareStatement("BEGIN");
            this.end = connection.prepareStatement("ROLLBACK");
        }

        void close() {
            SqliteFile.close(connection);
        }
    }
}
