package dev.cloister.s3;

import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/** Part of a content, over as many artifacts as it lies in; one of them is open at a time. */
final class ContentStream extends InputStream {
    private final ArtifactStore artifacts;
    private final List<Segment> segments;
    private final Runnable onClose;
    private int next;
    private long skipInNext;
    private long left;
    private InputStream current = InputStream.nullInputStream();
    private boolean closed;

    ContentStream(
            ArtifactStore artifacts,
            List<Segment> segments,
            long from,
            long length,
            Runnable onClose)
            throws IOException {
        this.artifacts = artifacts;
        this.segments = segments;
        this.left = length;
        this.onClose = onClose;
        long before = from;
        while (before >= segments.get(next).size()) {
            before -= segments.get(next).size();
            next++;
        }
        this.skipInNext = before;
        openNext();
    }

    private void openNext() throws IOException {
        current.close();
        current = artifacts.open(new ArtifactId(segments.get(next).artifact()));
        next++;
        try {
            current.skipNBytes(skipInNext);
        } catch (IOException e) {
            current.close();
            throw e;
        }
        skipInNext = 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        while (left > 0 && length > 0) {
            int count = current.read(target, offset, (int) Math.min(length, left));
            if (count > 0) {
                left -= count;
                return count;
            }
            if (next == segments.size()) {
                throw new IOException("an object's content ended " + left + " bytes too soon");
            }
            openNext();
        }
        return length == 0 ? 0 : -1;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            current.close();
        } finally {
            onClose.run();
        }
    }
}
