package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionCatalog.Concurrency;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what each account has under way in a region, and each function with a reservation, and
 * refuses the rest. Thread-safe.
 *
 * <p>A function with reserved concurrency has that many places of its own and no others; all other
 * functions share what the reservations leave of the account's (Developer Guide, "Understanding
 * Lambda function scaling"). A reservation that changes holds for the invocations admitted from
 * then on.
 */
final class Admission {
    private final int accountConcurrency;
    private final ConcurrentHashMap<Pool, Integer> underWay = new ConcurrentHashMap<>();

    Admission(int accountConcurrency) {
        this.accountConcurrency = accountConcurrency;
    }

    /**
     * Takes a place; the caller closes it when the invocation has ended.
     *
     * @throws dev.cloister.api.AwsError TooManyRequestsException when none is left
     */
    Place admit(AccountId account, Region region, String function, Concurrency concurrency) {
        return switch (concurrency) {
            case Concurrency.Reserved(int places) ->
                    admit(
                            new Reserved(account, region, function),
                            places,
                            "ReservedFunctionConcurrentInvocationLimitExceeded");
            case Concurrency.Shared(int reservedByOthers) ->
                    admit(
                            new Shared(account, region),
                            accountConcurrency - reservedByOthers,
                            "ConcurrentInvocationLimitExceeded");
        };
    }

    private Place admit(Pool pool, int places, String reason) {
        Integer taken =
                underWay.compute(
                        pool,
                        (_, count) -> {
                            int before = count == null ? 0 : count;
                            if (before >= places) {
                                throw InvokeErrors.throttled(reason);
                            }
                            return before + 1;
                        });
        assert taken <= places;
        return new Place(pool);
    }

    int underWay() {
        return underWay.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Places that some invocations share. */
    private sealed interface Pool {}

    private record Shared(AccountId account, Region region) implements Pool {}

    private record Reserved(AccountId account, Region region, String function) implements Pool {}

    /** One invocation's place. */
    final class Place implements AutoCloseable {
        private final Pool pool;

        private Place(Pool pool) {
            this.pool = pool;
        }

        @Override
        public void close() {
            // An entry that is not needed goes: functions come and go for years.
            underWay.computeIfPresent(pool, (_, count) -> count == 1 ? null : count - 1);
        }
    }
}
