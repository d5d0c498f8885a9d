package dev.cloister.storage;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.transaction.TransactionHandler;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Keeps work from ending the transaction that the database opened around it: {@code inTransaction}
 * joins it, everything else is refused.
 */
final class OwnedTransactions implements TransactionHandler {
    @Override
    public void begin(Handle handle) {
        throw refused();
    }

    @Override
    public void commit(Handle handle) {
        throw refused();
    }

    @Override
    public void rollback(Handle handle) {
        throw refused();
    }

    @Override
    public void rollbackToSavepoint(Handle handle, String savepointName) {
        throw refused();
    }

    @Override
    public boolean isInTransaction(Handle handle) {
        // As seen by Jdbi, which would otherwise try to end it when the handle is closed.
        return false;
    }

    @Override
    public void savepoint(Handle handle, String savepointName) {
        throw refused();
    }

    @Override
    public void releaseSavepoint(Handle handle, String savepointName) {
        throw refused();
    }

    @Override
    public <R, X extends Exception> R inTransaction(Handle handle, HandleCallback<R, X> callback)
            throws X {
        return callback.withHandle(handle);
    }

    @Override
    public <R, X extends Exception> R inTransaction(
            Handle handle, TransactionIsolationLevel level, HandleCallback<R, X> callback)
            throws X {
        return callback.withHandle(handle);
    }

    private static IllegalStateException refused() {
        return new IllegalStateException(
                "the transaction belongs to the database: throw to roll back, return to commit");
    }
}
