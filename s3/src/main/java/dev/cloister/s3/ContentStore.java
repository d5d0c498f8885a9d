package dev.cloister.s3;

import dev.cloister.api.AccountId;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.api.message.PayloadDigest;
import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of objects, each stretch an encrypted artifact. What is being read is not removed
 * before the reader has done. Thread-safe.
 */
final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);
    private static final String KEY = "alias/aws/s3";

    private final ArtifactStore artifacts;

    /** By the first artifact of a content. */
    private final ConcurrentHashMap<String, Use> uses = new ConcurrentHashMap<>();

    ContentStore(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * Content on the disk that nothing refers to yet.
     *
     * @param md5 in hexadecimal
     * @param checksum Base64
     */
    record Written(Segment segment, String md5, String checksum) {}

    private record Use(int readers, List<Segment> doomed) {}

    /** Stores a stream; durable when it returns. Nothing is left if it throws. */
    Written write(AccountId account, ChecksumAlgorithm algorithm, InputStream content)
            throws IOException {
        ArtifactId id = new ArtifactId(UUID.randomUUID().toString());
        Measured measured = new Measured(content, algorithm.digest());
        artifacts.put(id, new KeyRef(account.value(), KEY), measured);
        return new Written(
                new Segment(id.value(), measured.size),
                HexFormat.of().formatHex(measured.md5.digest()),
                measured.checksum.base64());
    }

    /**
     * Opens part of a content.
     *
     * @throws java.nio.file.NoSuchFileException if it has been removed: look the object up again
     */
    InputStream open(List<Segment> segments, long from, long length) throws IOException {
        if (segments.isEmpty() || length == 0) {
            return InputStream.nullInputStream();
        }
        String name = segments.getFirst().artifact();
        pin(name);
        try {
            return new ContentStream(artifacts, segments, from, length, () -> unpin(name));
        } catch (IOException | RuntimeException e) {
            unpin(name);
            throw e;
        }
    }

    private void pin(String name) {
        uses.compute(
                name,
                (k, use) ->
                        use == null ? new Use(1, List.of()) : new Use(use.readers + 1, use.doomed));
    }

    private void unpin(String name) {
        List<List<Segment>> doomed = new ArrayList<>();
        uses.computeIfPresent(
                name,
                (k, use) -> {
                    if (use.readers > 1) {
                        return new Use(use.readers - 1, use.doomed);
                    }
                    doomed.add(use.doomed);
                    return null;
                });
        doomed.forEach(this::remove);
    }

    /** Removes a content that the database no longer knows, at the latest at the next start. */
    void delete(List<Segment> segments) {
        if (segments.isEmpty()) {
            return;
        }
        Use use =
                uses.computeIfPresent(
                        segments.getFirst().artifact(),
                        (k, reading) -> new Use(reading.readers, segments));
        if (use == null) {
            remove(segments);
        }
    }

    private void remove(List<Segment> segments) {
        for (Segment segment : segments) {
            try {
                artifacts.delete(new ArtifactId(segment.artifact()));
            } catch (IOException e) {
                LOG.warn("{} can't be removed; the next start tries again", segment, e);
            }
        }
    }

    /** Removes what nothing refers to: left by a crash between a file and its row. */
    void sweep(Set<String> referenced) throws IOException {
        for (ArtifactId id : artifacts.list()) {
            if (!referenced.contains(id.value())) {
                LOG.info("removing the object content {}, left by an interrupted request", id);
                artifacts.delete(id);
            }
        }
    }

    /** Counts and digests what goes through. */
    private static final class Measured extends InputStream {
        private final InputStream in;
        private final PayloadDigest checksum;
        private final MessageDigest md5 = md5();
        private long size;

        Measured(InputStream in, PayloadDigest checksum) {
            this.in = in;
            this.checksum = checksum;
        }

        private static MessageDigest md5() {
            try {
                return MessageDigest.getInstance("MD5");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has MD5", e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            int count = in.read(target, offset, length);
            if (count > 0) {
                md5.update(target, offset, count);
                checksum.update(target, offset, count);
                size += count;
            }
            return count;
        }
    }
}
