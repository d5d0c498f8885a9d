package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Decides which invocations are traced: the first of each second in an account's region and five
 * per cent of the others (X-Ray Developer Guide, "Sampling rules", the default rule). Whoever
 * decided before, as the header tells, is followed. Thread-safe.
 */
final class TraceSampler {
    private static final double FIXED_RATE = 0.05;
    private static final Pattern DECIDED = Pattern.compile("(^|;)\\s*Sampled=[01]\\s*(;|$)");

    private final InstantSource clock;
    private final DoubleSupplier chance;
    private final ConcurrentHashMap<Scope, AtomicLong> lastSecond = new ConcurrentHashMap<>();

    /**
     * @param chance gives 0.0 to 1.0
     */
    TraceSampler(InstantSource clock, DoubleSupplier chance) {
        this.clock = clock;
        this.chance = chance;
    }

    /**
     * The header of an invocation, with a decision.
     *
     * @param active whether the function's TracingConfig has a part in it
     */
    String decide(String header, AccountId account, Region region, boolean active) {
        if (DECIDED.matcher(header).find()) {
            return header;
        }
        String undecided = header.replaceAll(";?\\s*Sampled=[^;]*", "");
        return undecided + (active && samples(account, region) ? ";Sampled=1" : ";Sampled=0");
    }

    private boolean samples(AccountId account, Region region) {
        long now = clock.instant().getEpochSecond();
        AtomicLong last =
                lastSecond.computeIfAbsent(
                        new Scope(account, region), _ -> new AtomicLong(Long.MIN_VALUE));
        long seen = last.get();
        boolean first = seen < now && last.compareAndSet(seen, now);
        return first || chance.getAsDouble() < FIXED_RATE;
    }

    private record Scope(AccountId account, Region region) {}
}
