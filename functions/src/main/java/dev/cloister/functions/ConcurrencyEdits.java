package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.Ledger.Edited;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reserves concurrency for functions. Thread-safe; throws and returns as {@link FunctionEdits}
 * does.
 */
public final class ConcurrencyEdits {
    /** What no reservation may take from the other functions (Developer Guide). */
    private static final int UNRESERVED_MINIMUM = 100;

    private final Ledger ledger;
    private final FunctionIndex index;
    private final int accountConcurrency;

    /** Reservations of one account share its concurrency: they are made one after the other. */
    private final ReentrantLock reserving = new ReentrantLock();

    ConcurrencyEdits(Ledger ledger, FunctionIndex index, int accountConcurrency) {
        this.ledger = ledger;
        this.index = index;
        this.accountConcurrency = accountConcurrency;
    }

    /**
     * Gives a function places of its own.
     *
     * @param places 0 or more; 0 stops the function
     */
    public void reserve(FunctionKey key, int places) {
        reserving.lock();
        try {
            ledger.edit(
                    key,
                    () -> LambdaErrors.functionNotFound(key.arn("$LATEST")),
                    function -> {
                        check(function, places);
                        return reserved(function, Optional.of(places));
                    });
        } finally {
            reserving.unlock();
        }
    }

    /** Lets a function share the account's places again; one without a reservation stays as is. */
    public void release(FunctionKey key) {
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> reserved(function, Optional.empty()));
    }

    /** What all reservations of an account take in a region. */
    public int reserved(AccountId account, Region region) {
        return index.reserved(account, region);
    }

    private void check(FunctionRecord function, int places) {
        FunctionKey key = function.key();
        int before = function.traits().reservedConcurrency().orElse(0);
        int unreserved =
                accountConcurrency - index.reserved(key.account(), key.region()) + before - places;
        if (places > before && unreserved < UNRESERVED_MINIMUM) {
            throw LambdaErrors.untyped(
                    "Specified ReservedConcurrentExecutions for function decreases account's"
                            + " UnreservedConcurrentExecution below its minimum value of ["
                            + UNRESERVED_MINIMUM
                            + "].");
        }
    }

    private static Edited<Boolean> reserved(FunctionRecord function, Optional<Integer> places) {
        return new Edited<>(
                function.withTraits(function.traits().withReservedConcurrency(places)),
                Boolean.TRUE);
    }
}
