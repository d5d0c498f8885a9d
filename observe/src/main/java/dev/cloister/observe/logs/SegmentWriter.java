package dev.cloister.observe.logs;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends chunks to a segment. Guarded by its group's lock.
 *
 * <p>A {@code RandomAccessFile}, because a {@code FileChannel} is closed for everybody when the
 * thread that uses it is interrupted, and environments' threads are.
 */
final class SegmentWriter implements AutoCloseable {
    private final Path path;
    private final RandomAccessFile file;
    private final SegmentCipher cipher;
    private long end;
    private boolean unsynced = true;
    private boolean named;

    SegmentWriter(Path path, RandomAccessFile file, SegmentCipher cipher, long end) {
        this.path = path;
        this.file = file;
        this.cipher = cipher;
        this.end = end;
    }

    Path path() {
        return path;
    }

    long end() {
        return end;
    }

    /** Writes a chunk; if that fails the file is as before, or is cut at its next use. */
    void append(ChunkHeader header, byte[] text, int length) throws IOException {
        byte[] chunk = cipher.seal(header, text, length);
        unsynced = true;
        file.seek(end);
        file.write(chunk);
        end += chunk.length;
    }

    void sync() throws IOException {
        if (unsynced) {
            file.getFD().sync();
            if (!named) {
                syncFolders();
                named = true;
            }
            unsynced = false;
        }
    }

    /** A new file's name needs its folder synced too, and a new folder's its own (fsync(2)). */
    private void syncFolders() throws IOException {
        boolean interrupted = Thread.interrupted(); // an interrupt would close the channel
        try {
            Path folder = path.getParent();
            for (int up = 0; up < 2 && folder != null; up++) {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                folder = folder.getParent();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
