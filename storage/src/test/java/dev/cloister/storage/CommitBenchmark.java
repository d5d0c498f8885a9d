package dev.cloister.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Durable writes of 1 KiB rows a second, by one caller and by 50 at once; then envelope and
 * artifact throughput. Arguments: a folder on the disk to measure. Prints a table; asserts nothing.
 */
final class CommitBenchmark {
    private static final long SECONDS = 5;
    private static final Migration ROWS =
            new Migration(
                    "rows", List.of("CREATE TABLE filled (n INTEGER PRIMARY KEY, filler BLOB)"));

    private CommitBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(arguments[0]), "commits");
        try (SqliteDatabase database =
                new SqliteDatabase(folder.resolve("state.db"), List.of(ROWS))) {
            AtomicLong next = new AtomicLong();
            measure(database, next, 1); // warms up
            for (int writers : new int[] {1, 16, 50, 500}) {
                System.out.printf(
                        "%3d writers: %,8d durable writes/s%n",
                        writers, measure(database, next, writers));
            }
            long start = System.nanoTime();
            long reads = 0;
            while (System.nanoTime() - start < SECONDS * 1_000_000_000L) {
                long n = reads % next.get();
                database.read(
                        h ->
                                h.select("SELECT n FROM filled WHERE n = ?", n)
                                        .mapTo(Long.class)
                                        .one());
                reads++;
            }
            System.out.printf("  1 reader:  %,8d reads/s%n", reads / SECONDS);
        }
        envelope();
        artifacts(folder);
    }

    private static void artifacts(Path folder) throws Exception {
        EncryptedArtifactStore store =
                new EncryptedArtifactStore(folder.resolve("artifacts"), new CrashChild.NoKeys());
        ArtifactStore.ArtifactId id = new ArtifactStore.ArtifactId("image");
        byte[] content = new byte[16 << 20];
        for (int round = 0; round < 6; round++) {
            long start = System.nanoTime();
            store.put(id, CrashChild.NoKeys.KEY, new java.io.ByteArrayInputStream(content));
            long stored = System.nanoTime();
            try (java.io.InputStream in = store.open(id)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            System.out.printf(
                    "artifact of 16 MiB, round %d: stored in %,d ms, read in %,d ms%n",
                    round, (stored - start) / 1_000_000, (System.nanoTime() - stored) / 1_000_000);
        }
    }

    private static long measure(Database database, AtomicLong next, int writers) throws Exception {
        byte[] filler = new byte[1024];
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                threads.execute(
                        () -> {
                            while (System.nanoTime() < end) {
                                long n = next.getAndIncrement();
                                database.update(
                                        h ->
                                                h.execute(
                                                        "INSERT INTO filled (n, filler)"
                                                                + " VALUES (?, ?)",
                                                        n,
                                                        filler));
                                done.incrementAndGet();
                            }
                        });
            }
        }
        return done.get() / SECONDS;
    }

    private static void envelope() {
        Envelope envelope = new Envelope(new CrashChild.NoKeys());
        java.util.Map<String, String> context = java.util.Map.of("log-group", "/aws/lambda/f");
        byte[] chunk = new byte[4096];
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            long blobs = 0;
            while (System.nanoTime() - start < SECONDS * 1_000_000_000L) {
                envelope.open(envelope.seal(chunk, CrashChild.NoKeys.KEY, context), context);
                blobs++;
            }
            if (round == 1) {
                System.out.printf("seal and open 4 KiB: %,8d/s on one thread%n", blobs / SECONDS);
            }
        }
    }
}
