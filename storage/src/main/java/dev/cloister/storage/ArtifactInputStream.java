package dev.cloister.storage;

import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/** Decrypts an artifact chunk by chunk; gives out a chunk only when all of it has proved right. */
final class ArtifactInputStream extends InputStream {
    private final FileChannel channel;
    private final ArtifactId id;
    private final ArtifactHeader header;
    private final SecretKey key;

    /** Where chunk 0 starts and the file ends; a file that changes meanwhile fails its checks. */
    private final long start;

    private final long end;

    private final byte[] stored = new byte[ArtifactHeader.STORED_CHUNK_BYTES];
    private byte[] chunk = new byte[0];
    private int position;
    private long nextIndex;
    private boolean lastDone;

    ArtifactInputStream(FileChannel channel, ArtifactId id, ArtifactHeader header, SecretKey key)
            throws IOException {
        this.channel = channel;
        this.id = id;
        this.header = header;
        this.key = key;
        this.start = header.length();
        this.end = channel.size();
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - position);
        System.arraycopy(chunk, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return chunk.length - position;
    }

    /** Passes over whole chunks without reading them; each of the others proves its own place. */
    @Override
    public long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        if (position == chunk.length && !lastDone) {
            long chunks = count / ArtifactHeader.CHUNK_BYTES;
            long lastIndex = Math.max(0, (end - start - 1) / ArtifactHeader.STORED_CHUNK_BYTES);
            long passed = Math.min(chunks, Math.max(0, lastIndex - nextIndex));
            if (passed > 0) {
                nextIndex += passed;
                return passed * ArtifactHeader.CHUNK_BYTES;
            }
        }
        if (!fill()) {
            return 0;
        }
        int skipped = (int) Math.min(count, chunk.length - position);
        position += skipped;
        return skipped;
    }

    /** Makes sure there is a byte to give; false at the end. */
    private boolean fill() throws IOException {
        while (position == chunk.length) {
            if (lastDone) {
                return false;
            }
            loadNext();
        }
        return true;
    }

    private void loadNext() throws IOException {
        long from = start + nextIndex * ArtifactHeader.STORED_CHUNK_BYTES;
        int length = (int) Math.min(end - from, ArtifactHeader.STORED_CHUNK_BYTES);
        boolean last = from + length == end;
        if (length < Aead.TAG_BYTES) {
            throw new CorruptArtifactException(
                    "%s was cut short in chunk %d".formatted(id, nextIndex));
        }
        readStored(from, length);
        try {
            chunk =
                    Aead.open(
                            key,
                            ArtifactHeader.nonce(nextIndex),
                            header.associatedData(nextIndex, last),
                            stored,
                            0,
                            length);
        } catch (AEADBadTagException e) {
            throw new CorruptArtifactException(
                    "%s is damaged in chunk %d: changed, moved, cut or extended"
                            .formatted(id, nextIndex),
                    e);
        }
        position = 0;
        nextIndex++;
        lastDone = last;
    }

    private void readStored(long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(stored, 0, length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new CorruptArtifactException(
                        "%s was cut short in chunk %d while it was read".formatted(id, nextIndex));
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
