package dev.cloister.functions;

import dev.cloister.storage.Database;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** A database whose writes fail for a while; nothing of a failed write is kept. */
public final class FaultyDatabase implements Database {
    private final Database real;
    private final AtomicInteger failures = new AtomicInteger();

    FaultyDatabase(Database real) {
        this.real = real;
    }

    /** The next writes fail. */
    public void failNext(int writes) {
        failures.set(writes);
    }

    /** How many of them have not come yet. */
    public int failuresLeft() {
        return failures.get();
    }

    @Override
    public <T> T write(Function<Handle, T> work) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new FaultException();
        }
        return real.write(work);
    }

    @Override
    public <T> T read(Function<Handle, T> work) {
        return real.read(work);
    }

    @Override
    public void close() {
        real.close();
    }

    /** The disk is full. */
    public static final class FaultException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FaultException() {
            super("the disk is full");
        }
    }
}
