package dev.cloister.storage;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The database in one SQLite file: write-ahead log, {@code synchronous=FULL} (an acknowledged write
 * survives a crash and a power cut), one writer thread with group commit, a few read connections.
 *
 * <p>One process at a time owns the file; a lock beside it ({@code .lock}) says so. Thread-safe.
 */
public final class SqliteDatabase implements Database {
    /** Writes that may wait for the writer, over all callers. */
    static final int MOST_WAITING_WRITES = 4_096;

    /** How long a caller waits for a place in the queue or for a read connection. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    static final int READ_CONNECTIONS = 8;

    private final Path file;
    private final FolderLock lock;
    private final WriteQueue queue = new WriteQueue(MOST_WAITING_WRITES, PATIENCE);
    private final Connection writerConnection;
    private final Thread writer;
    private final ReadConnections reads;

    /**
     * Opens the database, making the file (mode 0600) if there is none, and brings its tables up to
     * date. Steps are applied in the order of {@code migrations}.
     *
     * @throws DatabaseException if the file is damaged, is in use by another process, was written
     *     by a newer version, or an applied step was edited
     */
    public SqliteDatabase(Path file, List<Migration> migrations) {
        this.file = file.toAbsolutePath();
        this.lock = FolderLock.take(this.file.resolveSibling(this.file.getFileName() + ".lock"));
        try {
            this.writerConnection = SqliteFile.openForWriting(this.file);
            try {
                SqliteFile.check(this.file, writerConnection);
                try (Handle handle = SqliteFile.jdbi(writerConnection).open()) {
                    new MigrationRunner(handle).run(migrations);
                }
            } catch (RuntimeException e) {
                SqliteFile.close(writerConnection);
                throw e;
            }
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        this.reads = new ReadConnections(this.file, READ_CONNECTIONS, PATIENCE);
        // A platform thread: it spends its life in native code and fsync, which would pin a
        // carrier.
        this.writer =
                Thread.ofPlatform()
                        .name("database-writer")
                        .daemon()
                        .start(new GroupCommitWriter(queue, writerConnection));
    }

    @Override
    public <T> T write(Function<Handle, T> work) {
        if (Thread.currentThread() == writer) {
            throw new IllegalStateException(
                    "a write inside the work of a write would wait for itself: use the handle");
        }
        WriteItem<T> item = new WriteItem<>(work);
        queue.add(item);
        return item.await();
    }

    @Override
    public <T> T read(Function<Handle, T> work) {
        if (Thread.currentThread() == writer) {
            throw new IllegalStateException(
                    "a read inside the work of a write would not see that write: use the handle");
        }
        return reads.read(work);
    }

    /** Writes that wait for the writer, without those it is at work on. */
    int waitingWrites() {
        return queue.size();
    }

    /**
     * Checks the whole file, rows and indexes ({@code PRAGMA integrity_check}); takes time in
     * proportion to its size.
     *
     * @throws DatabaseException if it is damaged
     */
    public void verify() {
        List<String> findings =
                read(
                        handle ->
                                handle.select("PRAGMA integrity_check(20)")
                                        .mapTo(String.class)
                                        .list());
        SqliteFile.refuseDamage(file, findings);
    }

    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true; // what was accepted is committed first
            }
        }
        reads.close();
        try {
            writerConnection.close();
        } catch (SQLException e) {
            throw new DatabaseException("could not close " + file + ": " + e.getMessage(), e);
        } finally {
            lock.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
