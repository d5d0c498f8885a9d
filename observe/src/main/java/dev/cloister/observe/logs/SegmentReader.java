package dev.cloister.observe.logs;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Goes through a segment's chunks from the first to the last. Used by one thread. */
final class SegmentReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final DataInputStream in;
    private final SegmentCipher cipher;
    private final long chunksStart;
    private final byte[] headerBytes = new byte[ChunkHeader.BYTES];
    private long at;

    SegmentReader(DataInputStream in, SegmentCipher cipher, long chunksStart) {
        this.in = in;
        this.cipher = cipher;
        this.chunksStart = chunksStart;
        this.at = chunksStart;
    }

    static DataInputStream open(Path path) throws IOException {
        try {
            return new DataInputStream(
                    new BufferedInputStream(new FileInputStream(path.toFile()), BUFFER_BYTES));
        } catch (FileNotFoundException e) {
            if (Files.notExists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            throw e; // no permission, or too many open files
        }
    }

    SegmentCipher cipher() {
        return cipher;
    }

    long chunksStart() {
        return chunksStart;
    }

    /** Where the next chunk begins. */
    long position() {
        return at;
    }

    /**
     * The next chunk's header, or empty where the file ends or no header is. Follow it with {@link
     * #body} or {@link #skip}.
     */
    Optional<ChunkHeader> next() throws IOException {
        if (in.readNBytes(headerBytes, 0, headerBytes.length) < headerBytes.length) {
            return Optional.empty();
        }
        return ChunkHeader.read(ByteBuffer.wrap(headerBytes));
    }

    /** The chunk's events, or empty if it is damaged or cut short. */
    Optional<EventRecords> body(ChunkHeader header) throws IOException {
        byte[] body = in.readNBytes(SegmentFormat.NONCE_BYTES + header.length());
        at += chunkBytes(header);
        return body.length < SegmentFormat.NONCE_BYTES + header.length()
                ? Optional.empty()
                : cipher.open(header, body);
    }

    /** Leaves the chunk unread; false if the file ends within it. */
    boolean skip(ChunkHeader header) throws IOException {
        at += chunkBytes(header);
        try {
            in.skipNBytes(SegmentFormat.NONCE_BYTES + header.length());
            return true;
        } catch (EOFException e) {
            return false;
        }
    }

    static long chunkBytes(ChunkHeader header) {
        return ChunkHeader.BYTES + SegmentFormat.NONCE_BYTES + (long) header.length();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
