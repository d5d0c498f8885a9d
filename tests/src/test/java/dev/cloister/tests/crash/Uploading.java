package dev.cloister.tests.crash;

import dev.cloister.tests.product.Installation;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Clients that put objects without pause, until the server is gone. Thread-safe. */
final class Uploading {
    static final String BUCKET = "uploads";
    static final int PARTS = 2;
    private static final int LEAST_PART = 5 << 20;
    private static final int LARGEST_PUT = 1 << 20;
    private static final String REPLACED = "replaced";

    private final Installation installation;
    private final long seed;
    private final AtomicBoolean killed = new AtomicBoolean();

    /** Digests by key: what was acknowledged last. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    /** Digests by key: what was sent since then. */
    private final Map<String, Set<String>> sent = new ConcurrentHashMap<>();

    Uploading(Installation installation, long seed) {
        this.installation = installation;
        this.seed = seed;
    }

    Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** The digests that a key's content may have. */
    Set<String> mayBe(String key) {
        Set<String> all = ConcurrentHashMap.newKeySet();
        all.addAll(sent.getOrDefault(key, Set.of()));
        if (acknowledged.containsKey(key)) {
            all.add(acknowledged.get(key));
        }
        return all;
    }

    /** Begins; once every client has had an answer, runs {@code kill}, then waits for the end. */
    void runUntil(Load.Kill kill) throws Exception {
        List<Work> all = List.of(this::put, this::replace, this::inParts);
        CountDownLatch begun = new CountDownLatch(all.size());
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(all.size())) {
            for (Work work : all) {
                running.add(threads.submit(() -> repeat(work, begun)));
            }
            try {
                if (!begun.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the uploads did not begin");
                }
                kill.run();
            } finally {
                killed.set(true);
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
    }

    private void repeat(Work work, CountDownLatch begun) {
        try (S3Client s3 = installation.s3()) {
            for (int i = 0; !killed.get(); i++) {
                work.once(s3, i);
                begun.countDown();
            }
        } catch (SdkException e) {
            if (!killed.get() && begun.getCount() > 0) {
                throw e;
            }
            // The server was killed in the middle of a call: what it had not answered may be lost.
        }
    }

    private void put(S3Client s3, int i) {
        put(s3, "put-" + i, i);
    }

    private void replace(S3Client s3, int i) {
        put(s3, REPLACED, i);
    }

    private void put(S3Client s3, String key, int i) {
        byte[] content = content(key, i, new Random(seed + i).nextInt(LARGEST_PUT));
        sent(key, content);
        s3.putObject(r -> r.bucket(BUCKET).key(key), RequestBody.fromBytes(content));
        acknowledged(key, content);
    }

    private void inParts(S3Client s3, int i) {
        String key = "parts-" + i;
        byte[] content = content(key, i, LEAST_PART + 100_000);
        sent(key, content);
        String id = s3.createMultipartUpload(r -> r.bucket(BUCKET).key(key)).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 1; number <= PARTS; number++) {
            int from = (number - 1) * LEAST_PART;
            int part = number;
            byte[] piece =
                    java.util.Arrays.copyOfRange(
                            content, from, Math.min(content.length, from + LEAST_PART));
            String etag =
                    s3.uploadPart(
                                    r -> r.bucket(BUCKET).key(key).uploadId(id).partNumber(part),
                                    RequestBody.fromBytes(piece))
                            .eTag();
            parts.add(CompletedPart.builder().partNumber(part).eTag(etag).build());
        }
        s3.completeMultipartUpload(
                r -> r.bucket(BUCKET).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
        acknowledged(key, content);
    }

    private void sent(String key, byte[] content) {
        sent.computeIfAbsent(key, _ -> ConcurrentHashMap.newKeySet()).add(digest(content));
    }

    private void acknowledged(String key, byte[] content) {
        acknowledged.put(key, digest(content));
        sent.put(key, ConcurrentHashMap.newKeySet());
    }

    private byte[] content(String key, int i, int size) {
        byte[] content = new byte[size];
        new Random(seed + key.hashCode() + i).nextBytes(content);
        return content;
    }

    static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** One step of a client. */
    private interface Work {
        void once(S3Client s3, int number);
    }
}
