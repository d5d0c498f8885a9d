package dev.cloister.storage;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The database. Thread-safe. Writes go through one writer that commits in groups; a write has
 * reached the disk when {@link #write} returns. Reads see every write that returned before they
 * began.
 */
public interface Database extends AutoCloseable {

    /**
     * Runs {@code work} in a transaction of its own and returns after the commit is durable. If it
     * throws, nothing of it is kept and the exception passes on unchanged.
     */
    <T> T write(Function<Handle, T> work);

    /** Runs {@code work} on a read connection with a consistent view. */
    <T> T read(Function<Handle, T> work);

    /** Closes after the writes under way have been committed. */
    @Override
    void close();
}
