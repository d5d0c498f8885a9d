package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;
import dev.cloister.identity.directory.OidcProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Keys that issuers publish, kept for a while: anybody may send tokens, and each must not make the
 * server fetch. Thread-safe; bounded.
 */
final class DiscoveredKeys implements IssuerKeys {
    private static final int MOST_ISSUERS = 500;
    private static final Duration KEEP = Duration.ofHours(1);

    /** An issuer is asked again no sooner, be it for a failure or for a key that it hadn't. */
    static final Duration AGAIN = Duration.ofSeconds(30);

    private final Function<OidcProvider, List<VerificationKey>> fetch;
    private final InstantSource clock;
    private final Map<Id, Kept> entries =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Id, Kept> eldest) {
                    return size() > MOST_ISSUERS;
                }
            };

    DiscoveredKeys(Function<OidcProvider, List<VerificationKey>> fetch, InstantSource clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    /** Two accounts that trust an issuer by different certificates share nothing. */
    private record Id(String issuer, List<String> thumbprints) {}

    private static final class Kept {
        private final ReentrantLock fetching = new ReentrantLock();
        private Instant at = Instant.MIN;
        private List<VerificationKey> keys = List.of();
        private Optional<AwsError> failure = Optional.empty();
    }

    @Override
    public List<VerificationKey> of(OidcProvider provider, Age age) {
        Kept entry;
        synchronized (entries) {
            entry =
                    entries.computeIfAbsent(
                            new Id(provider.name(), provider.thumbprints()), id -> new Kept());
        }
        // One of them fetches, the others wait for what it finds.
        entry.fetching.lock();
        try {
            Duration most = age == Age.FRESH || entry.failure.isPresent() ? AGAIN : KEEP;
            if (entry.at.equals(Instant.MIN) || !clock.instant().isBefore(entry.at.plus(most))) {
                refresh(entry, provider);
            }
            if (entry.failure.isPresent()) {
                throw entry.failure.get();
            }
            return entry.keys;
        } finally {
            entry.fetching.unlock();
        }
    }

    private void refresh(Kept entry, OidcProvider provider) {
        Instant now = clock.instant();
        try {
            entry.keys = fetch.apply(provider);
            entry.failure = Optional.empty();
        } catch (AwsError e) {
            entry.failure = Optional.of(e);
            entry.keys = List.of();
        }
        entry.at = now;
    }
}
