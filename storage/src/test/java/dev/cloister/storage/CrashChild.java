package dev.cloister.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes without end until it is killed, and prints each number once its write was acknowledged.
 * Arguments: {@code database | artifacts}, folder, first number.
 */
final class CrashChild {
    static final Migration PAIRS =
            new Migration(
                    "pairs",
                    List.of(
                            "CREATE TABLE left_half (n INTEGER PRIMARY KEY, filler BLOB);"
                                    + " CREATE TABLE right_half (n INTEGER PRIMARY KEY)"));

    private static final int WRITERS = 16;

    private CrashChild() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        AtomicLong next = new AtomicLong(Long.parseLong(arguments[2]));
        switch (arguments[0]) {
            case "database" -> {
                SqliteDatabase database =
                        new SqliteDatabase(folder.resolve("state.db"), List.of(PAIRS));
                forever(() -> writePair(database, next.getAndIncrement()));
            }
            case "artifacts" -> {
                EncryptedArtifactStore store =
                        new EncryptedArtifactStore(folder.resolve("artifacts"), new NoKeys());
                forever(() -> writeArtifact(store, next.getAndIncrement()));
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void forever(Runnable work) throws InterruptedException {
        Thread[] writers = new Thread[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            writers[i] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (true) {
                                            work.run();
                                        }
                                    });
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static void writePair(Database database, long number) {
        database.update(
                handle -> {
                    handle.execute(
                            "INSERT INTO left_half (n, filler) VALUES (?, ?)",
                            number,
                            new byte[200]);
                    handle.execute("INSERT INTO right_half (n) VALUES (?)", number);
                });
        acknowledge(number);
    }

    private static void writeArtifact(ArtifactStore store, long number) {
        try (InputStream content = new ByteArrayInputStream(content(number))) {
            store.put(new ArtifactStore.ArtifactId("a" + number), NoKeys.KEY, content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        acknowledge(number);
    }

    /** The content of artifact n, for whoever checks. */
    static byte[] content(long number) {
        Random random = new Random(number);
        byte[] bytes = new byte[random.nextInt(700_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void acknowledge(long number) {
        System.out.println(number); // one write(2) for a line: never torn by the kill
    }

    /** Keys that need no memory of what was made, for a store that two processes use in turn. */
    static final class NoKeys implements EnvelopeKeys {
        static final KeyRef KEY = new KeyRef("123456789012", "alias/test");

        @Override
        public DataKey generateDataKey(KeyRef key, java.util.Map<String, String> context) {
            byte[] bytes = new byte[32];
            new java.security.SecureRandom().nextBytes(bytes);
            return new DataKey(bytes, bytes);
        }

        @Override
        public DataKey unwrap(byte[] wrapped, java.util.Map<String, String> context) {
            return new DataKey(wrapped, wrapped);
        }
    }
}
