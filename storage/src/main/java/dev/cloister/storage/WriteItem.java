package dev.cloister.storage;

import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A caller's work on its way through the writer. The writer thread runs it and settles it; the
 * caller waits.
 */
final class WriteItem<T> {
    private final Function<Handle, T> work;
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile @Nullable T result;
    private volatile @Nullable Throwable failure;

    WriteItem(Function<Handle, T> work) {
        this.work = work;
    }

    void run(Handle handle) {
        result = work.apply(handle);
    }

    /** The commit that holds the work is durable. */
    void succeed() {
        settled.countDown();
    }

    void fail(Throwable cause) {
        failure = cause;
        settled.countDown();
    }

    /**
     * Waits without regard to interruption: once queued, the work is going to be done, and the
     * caller must learn how it ended. The wait is bounded by the writer, which settles every item.
     */
    T await() {
        boolean interrupted = false;
        while (true) {
            try {
                settled.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable cause = failure;
        if (cause != null) {
            throw WriteItem.<RuntimeException>unchanged(cause);
        }
        return value();
    }

    // The work's own result; a null from unannotated code passes through as it would on a call.
    @SuppressWarnings("NullAway")
    private T value() {
        return result;
    }

    /** Lets the very exception of the work pass on, whatever its type. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E unchanged(Throwable cause) throws E {
        throw (E) cause;
    }
}
