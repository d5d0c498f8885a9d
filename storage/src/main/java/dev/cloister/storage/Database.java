package dev.cloister.storage;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The database. Thread-safe. Writes go through one writer that commits in groups; a write has
 * reached the disk when {@link #write} returns. Reads see every write that returned before they
 * began.
 *
 * <p>Work is short, touches nothing but its handle, and does not begin, commit or roll back: the
 * transaction belongs to the database. Work of a write runs on the writer's thread, so it may
 * neither call this database again nor anything that does.
 */
public interface Database extends AutoCloseable {

    /**
     * Runs {@code work} in a transaction of its own and returns after the commit is durable. If it
     * throws, nothing of it is kept and the exception passes on unchanged.
     *
     * @throws DatabaseException if the commit fails, the database is closed, or too many writes
     *     wait; nothing of the work is kept
     */
    <T> T write(Function<Handle, T> work);

    /** As {@link #write}, for work without a result. */
    default void update(Consumer<Handle> work) {
        Boolean done =
                write(
                        handle -> {
                            work.accept(handle);
                            return Boolean.TRUE;
                        });
        assert done;
    }

    /**
     * Runs {@code work} on a read connection with a consistent view. A read inside a read has the
     * same view. A long read keeps the log of writes from being emptied: page through large results
     * with one read for each page.
     *
     * @throws DatabaseException if the database is closed or no connection becomes free in time
     */
    <T> T read(Function<Handle, T> work);

    /** Closes after the writes under way have been committed. */
    @Override
    void close();
}
