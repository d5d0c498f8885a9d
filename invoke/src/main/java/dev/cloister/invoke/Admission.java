package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what each account has under way in a region and refuses the rest. Thread-safe. */
final class Admission {
    private final int accountConcurrency;
    private final ConcurrentHashMap<Scope, AtomicInteger> underWay = new ConcurrentHashMap<>();

    Admission(int accountConcurrency) {
        this.accountConcurrency = accountConcurrency;
    }

    /**
     * Takes a place; the caller closes it when the invocation has ended.
     *
     * @throws dev.cloister.api.AwsError TooManyRequestsException when the account has none left
     */
    Place admit(AccountId account, Region region) {
        AtomicInteger count =
                underWay.computeIfAbsent(new Scope(account, region), _ -> new AtomicInteger());
        if (count.incrementAndGet() > accountConcurrency) {
            count.decrementAndGet();
            throw InvokeErrors.throttled("ConcurrentInvocationLimitExceeded");
        }
        return new Place(count);
    }

    int underWay() {
        return underWay.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private record Scope(AccountId account, Region region) {}

    /** One invocation's share of the account's concurrency. */
    static final class Place implements AutoCloseable {
        private final AtomicInteger count;

        private Place(AtomicInteger count) {
            this.count = count;
        }

        @Override
        public void close() {
            count.decrementAndGet();
        }
    }
}
