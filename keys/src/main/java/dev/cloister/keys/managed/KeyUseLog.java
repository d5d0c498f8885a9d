package dev.cloister.keys.managed;

import dev.cloister.api.Principal;
import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The record of what keys were used for, by whom and in which encryption context, never of what was
 * encrypted: one event for each use in CloudTrail's form ("CloudTrail record contents"), only ever
 * added to, kept for {@link #KEPT}. Thread-safe.
 *
 * <p>A request's event is on disk before the request is answered. A service's own uses, which may
 * happen within a write to the database, are on disk soon after.
 */
public final class KeyUseLog implements AutoCloseable {
    /** As CloudTrail's event history. */
    public static final Duration KEPT = Duration.ofDays(90);

    private static final Logger LOG = LoggerFactory.getLogger(KeyUseLog.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration EXPIRES_EVERY = Duration.ofHours(1);

    private final Database database;
    private final InstantSource clock;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread writer;
    private volatile boolean closed;
    private Instant expired = Instant.MIN;

    private record Waiting(String keyArn, Instant at, String event, CompletableFuture<Void> done) {}

    /** Wakes the writer when there is nothing more to come. */
    private static final Waiting END =
            new Waiting("", Instant.EPOCH, "", CompletableFuture.completedFuture(null));

    KeyUseLog(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("kms-uses").start(this::write);
    }

    /**
     * What a use was.
     *
     * @param keyArn the key, or what the request named in its place
     * @param parameters the request's, without anything that is encrypted or decrypted
     * @param error the refusal's code and message
     */
    public record Use(
            String operation,
            String keyArn,
            Map<String, Object> parameters,
            Optional<Refusal> error,
            String requestId,
            String sourceAddress) {}

    /** Why a use was refused. */
    public record Refusal(String code, String message) {}

    /** Records a request's use of a key, durably. */
    public void ofRequest(KeyCaller caller, Use use) {
        try {
            add(caller, use).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("a key's use could not be recorded", e);
        }
    }

    /** Records what a service did with a key of its own accord. */
    void byService(KeyCaller caller, String operation, String keyArn, Map<String, String> context) {
        String service =
                caller.viaService()
                        .map(name -> name.substring(0, name.indexOf('.')))
                        .map(name -> name + ".amazonaws.com")
                        .orElse(caller.arn());
        CompletableFuture<Void> added =
                add(
                        caller,
                        new Use(
                                operation,
                                keyArn,
                                Map.of("encryptionContext", context, "keyId", keyArn),
                                Optional.empty(),
                                UUID.randomUUID().toString(),
                                service));
        assert !added.isCancelled();
    }

    private CompletableFuture<Void> add(KeyCaller caller, Use use) {
        Instant now = clock.instant();
        Waiting next =
                new Waiting(use.keyArn(), now, event(caller, use, now), new CompletableFuture<>());
        try {
            if (closed || !waiting.offer(next, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "the record of keys' uses is %s: the use of %s is refused"
                                .formatted(closed ? "closed" : "full", use.keyArn()));
            }
            return next.done();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while recording a key's use", e);
        }
    }

    private static String event(KeyCaller caller, Use use, Instant now) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("eventVersion", "1.11");
        event.put("userIdentity", identity(caller));
        event.put("eventTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        event.put("eventSource", "kms.amazonaws.com");
        event.put("eventName", use.operation());
        event.put("awsRegion", caller.region().value());
        event.put("sourceIPAddress", use.sourceAddress());
        use.error()
                .ifPresent(
                        error -> {
                            event.put("errorCode", error.code());
                            event.put("errorMessage", error.message());
                        });
        event.put("requestParameters", use.parameters());
        event.put("requestID", use.requestId());
        event.put("eventID", UUID.randomUUID().toString());
        event.put("readOnly", true);
        event.put(
                "resources",
                List.of(
                        Map.of(
                                "accountId",
                                account(use.keyArn()).orElse(caller.account().value()),
                                "type",
                                "AWS::KMS::Key",
                                "ARN",
                                use.keyArn())));
        event.put("eventType", "AwsApiCall");
        event.put("managementEvent", true);
        event.put("recipientAccountId", caller.account().value());
        event.put("eventCategory", "Management");
        return JSON.writeValueAsString(event);
    }

    private static Optional<String> account(String keyArn) {
        String[] parts = keyArn.split(":", 6);
        return parts.length == 6 ? Optional.of(parts[4]) : Optional.empty();
    }

    private static Map<String, Object> identity(KeyCaller caller) {
        Principal principal = caller.principal();
        Map<String, Object> identity = new LinkedHashMap<>();
        if (caller.kind() == KeyCaller.Kind.SERVICE) {
            identity.put("type", "AWSService");
            identity.put("invokedBy", principal.arn());
            return identity;
        }
        identity.put(
                "type",
                principal.arn().endsWith(":root")
                        ? "Root"
                        : principal.arn().contains(":assumed-role/") ? "AssumedRole" : "IAMUser");
        identity.put("principalId", principal.userId());
        identity.put("arn", principal.arn());
        identity.put("accountId", principal.account().value());
        if (!principal.accessKeyId().isEmpty()) {
            identity.put("accessKeyId", principal.accessKeyId());
        }
        caller.viaService().ifPresent(service -> identity.put("invokedBy", service));
        return identity;
    }

    private void write() {
        List<Waiting> batch = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            try {
                Waiting first = waiting.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, MOST_AT_ONCE - 1);
                    batch.remove(END);
                    write(batch);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void write(List<Waiting> batch) {
        try {
            Instant now = clock.instant();
            boolean expire = now.isAfter(expired);
            database.update(
                    handle -> {
                        for (Waiting use : batch) {
                            handle.execute(
                                    "INSERT INTO kms_uses (key_arn, at, event) VALUES (?, ?, ?)",
                                    use.keyArn(),
                                    use.at().toEpochMilli(),
                                    use.event());
                        }
                        if (expire) {
                            handle.execute(
                                    "DELETE FROM kms_uses WHERE at < ?",
                                    now.minus(KEPT).toEpochMilli());
                        }
                    });
            if (expire) {
                expired = now.plus(EXPIRES_EVERY);
            }
            batch.forEach(use -> use.done().complete(null));
        } catch (RuntimeException e) {
            LOG.error("{} uses of keys could not be recorded", batch.size(), e);
            batch.forEach(use -> use.done().completeExceptionally(e));
        }
    }

    /** The events of a key, the newest first, as JSON documents. */
    public List<String> of(String keyArn, int most) {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT event FROM kms_uses WHERE key_arn = ? ORDER BY id"
                                                + " DESC LIMIT ?",
                                        keyArn,
                                        most)
                                .mapTo(String.class)
                                .list());
    }

    /** The ARNs of the keys that an operator's text means: an ARN, an id or an alias's name. */
    public List<String> keysNamed(String text) {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT DISTINCT 'arn:aws:kms:' || k.region || ':' ||"
                                                + " k.account_id || ':key/' || k.key_id FROM kms_keys k"
                                                + " LEFT JOIN kms_aliases a ON a.key_id = k.key_id"
                                                + " WHERE k.key_id = ? OR a.name = ? OR"
                                                + " 'arn:aws:kms:' || k.region || ':' || k.account_id"
                                                + " || ':key/' || k.key_id = ?",
                                        text,
                                        text,
                                        text)
                                .mapTo(String.class)
                                .list());
    }

    @Override
    public void close() {
        closed = true;
        try {
            waiting.put(END);
            if (!writer.join(PATIENCE)) {
                LOG.warn("the last uses of keys are not recorded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
