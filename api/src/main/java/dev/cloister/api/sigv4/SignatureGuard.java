package dev.cloister.api.sigv4;

import dev.cloister.api.SecurityEvent;
import dev.cloister.api.SecurityEvents;
import dev.cloister.api.SignatureLimits;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Verifies signatures and keeps those who try keys from learning anything. Thread-safe.
 *
 * <p>An address that has sent too many bad signatures gets one and the same answer to every further
 * one, whether the key exists or not. A good signature passes always: nobody is locked out by who
 * knows no more than a key's id. Only where an address is not remembered to have used a key well,
 * and has failed with it too often, its requests are refused before anything of them is read; this
 * spares the addresses of this machine, which its users and functions share.
 */
public final class SignatureGuard {
    /** Pairs of address and key that signed well; beyond it the first found go. */
    private static final int MOST_PROVEN = 50_000;

    /** Addresses whose last event is remembered; beyond it all are forgotten. */
    private static final int MOST_TOLD = 10_000;

    private static final Duration ONCE = Duration.ofMinutes(1);

    /** The bytes of an IPv6 address that tell one customer of a provider from another. */
    private static final int IPV6_PREFIX = 8;

    private final SignatureVerifier verifier;
    private final SecurityEvents events;
    private final FailureCounts<ByteBuffer> bySource;
    private final FailureCounts<Pair> byKey;
    private final ConcurrentHashMap<ByteBuffer, Instant> told = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Pair, Boolean> proven = new ConcurrentHashMap<>();

    public SignatureGuard(
            SignatureVerifier verifier, SignatureLimits limits, SecurityEvents events) {
        this.verifier = verifier;
        this.events = events;
        this.bySource = new FailureCounts<>(limits.perSource());
        this.byKey = new FailureCounts<>(limits.perKey());
    }

    private record Pair(ByteBuffer source, String accessKeyId) {
        static Pair of(InetAddress source, SignatureClaim claim) {
            return new Pair(SignatureGuard.group(source), claim.accessKeyId());
        }
    }

    private static ByteBuffer group(InetAddress source) {
        byte[] bytes = source.getAddress();
        return ByteBuffer.wrap(
                source instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_PREFIX) : bytes);
    }

    /**
     * As {@link SignatureVerifier#check}.
     *
     * @param source the peer's address
     */
    public Candidate check(
            InetAddress source,
            RequestHead head,
            SignatureClaim claim,
            Optional<String> service,
            Instant now) {
        Pair pair = Pair.of(source, claim);
        if (!source.isLoopbackAddress() && byKey.isFull(pair, now) && !proven.containsKey(pair)) {
            tellOnce(pair, source, now);
            throw SignatureRefusal.throttled();
        }
        return counted(pair, source, now, () -> verifier.check(head, claim, service, now));
    }

    /** As {@link SignatureVerifier#verify}. */
    public byte[] verify(
            InetAddress source, RequestHead head, Candidate candidate, byte[] body, Instant now) {
        Pair pair = Pair.of(source, candidate.claim());
        byte[] payload = counted(pair, source, now, () -> verifier.verify(head, candidate, body));
        prove(pair);
        return payload;
    }

    /** As {@link SignatureVerifier#open}. */
    public StreamedBody open(
            InetAddress source,
            RequestHead head,
            Candidate candidate,
            InputStream received,
            OptionalLong length,
            Instant now) {
        Pair pair = Pair.of(source, candidate.claim());
        StreamedBody payload =
                counted(pair, source, now, () -> verifier.open(head, candidate, received, length));
        prove(pair);
        return payload;
    }

    private void prove(Pair pair) {
        if (proven.containsKey(pair)) {
            return;
        }
        for (Iterator<Pair> pairs = proven.keySet().iterator();
                proven.size() >= MOST_PROVEN && pairs.hasNext(); ) {
            pairs.next();
            pairs.remove();
        }
        proven.put(pair, Boolean.TRUE);
    }

    private <T> T counted(Pair pair, InetAddress source, Instant now, Supplier<T> verification) {
        try {
            return verification.get();
        } catch (SignatureRefusal refusal) {
            throw counted(pair, source, now, refusal);
        }
    }

    private SignatureRefusal counted(
            Pair pair, InetAddress source, Instant now, SignatureRefusal refusal) {
        boolean beyond;
        if (isGuess(refusal.reason())) {
            // Both are counted: one is not to be hidden behind the other.
            boolean ofSource = bySource.add(pair.source, now);
            beyond = byKey.add(pair, now) || ofSource;
        } else {
            beyond = bySource.isFull(pair.source, now) || byKey.isFull(pair, now);
        }
        if (beyond) {
            tellOnce(pair, source, now);
            return SignatureRefusal.throttled();
        }
        events.record(
                new SecurityEvent.SignatureRefused(
                        now, source, pair.accessKeyId, refusal.reason().name()));
        return refusal;
    }

    /** What somebody gets who has no key, or not its secret; a clock that is wrong is no guess. */
    private static boolean isGuess(Reason reason) {
        return switch (reason) {
            case UNKNOWN_KEY, INVALID_TOKEN, MISMATCH -> true;
            case MISSING,
                    INCOMPLETE,
                    EXPIRED_TOKEN,
                    SKEWED,
                    WRONG_SCOPE,
                    LINK_PARAMETERS,
                    LINK_EXPIRED,
                    UNSIGNED_HEADER,
                    BAD_CHUNK,
                    THROTTLED ->
                    false;
        };
    }

    private void tellOnce(Pair pair, InetAddress source, Instant now) {
        Instant last = told.get(pair.source);
        if (last != null && now.isBefore(last.plus(ONCE))) {
            return;
        }
        if (told.size() >= MOST_TOLD) {
            told.clear();
        }
        told.put(pair.source, now);
        events.record(new SecurityEvent.SignaturesThrottled(now, source, pair.accessKeyId));
    }
}
