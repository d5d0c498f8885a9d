package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import dev.cloister.storage.CorruptArtifactException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives and images in the artifact store, each once per account by the digest of its content,
 * for as long as a version needs it. Thread-safe.
 *
 * <p>What is being written is pinned until the version that needs it is visible, so collecting
 * never takes what is about to be used.
 */
final class ArtifactShelf {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactShelf.class);
    private static final String ZIP = "code-zip-";
    private static final String IMAGE = "code-image-";

    private final ArtifactStore store;
    private final Object lock = new Object();
    private final Map<ArtifactId, Integer> pins = new HashMap<>();
    private final Set<ArtifactId> present = new HashSet<>();

    ArtifactShelf(ArtifactStore store) {
        this.store = store;
    }

    static ArtifactId zipId(AccountId account, String sha256) {
        return new ArtifactId(ZIP + account + "-" + sha256);
    }

    static ArtifactId imageId(AccountId account, String sha256) {
        return new ArtifactId(IMAGE + account + "-" + sha256);
    }

    /** Everything that a version's contents need. */
    static Set<ArtifactId> needed(FunctionKey function, FunctionVersion version) {
        Set<ArtifactId> ids = new HashSet<>();
        List<VersionContent> contents = new ArrayList<>(version.serving().stream().toList());
        contents.add(version.content());
        for (VersionContent content : contents) {
            ids.addAll(CodeArtifact.needed(function, content));
            ids.addAll(needed(function.account(), content.layers()));
        }
        return ids;
    }

    /** Once the layers' image is there, their archives are needed no more. */
    private static Set<ArtifactId> needed(AccountId account, LayerStack layers) {
        if (layers.image().isPresent()) {
            return Set.of(imageId(account, layers.image().get().sha256()));
        }
        Set<ArtifactId> ids = new HashSet<>();
        layers.layers().forEach(layer -> ids.add(zipId(layer.owner(), layer.sha256())));
        return ids;
    }

    /** Keeps an artifact until the pin is closed. */
    Pin pin(ArtifactId id) {
        synchronized (lock) {
            pins.merge(id, 1, Integer::sum);
        }
        return () -> {
            synchronized (lock) {
                pins.computeIfPresent(id, (_, count) -> count == 1 ? null : count - 1);
            }
        };
    }

    /** Closing lets go; the caller then offers the artifact for collecting. */
    interface Pin extends AutoCloseable {
        @Override
        void close();
    }

    /** Opens content to be stored. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    /** Whether an artifact is stored; it stays so while the caller holds a pin on it. */
    boolean has(ArtifactId id) {
        synchronized (lock) {
            return present.contains(id);
        }
    }

    /** Stores an artifact unless it is there; the caller holds a pin on it. */
    void store(CodeArtifact artifact, Source source) throws IOException {
        if (has(artifact.id())) {
            return;
        }
        try (InputStream content = source.open()) {
            store.put(artifact.id(), artifact.key(), artifact.context(), content);
        }
        synchronized (lock) {
            present.add(artifact.id());
        }
    }

    /**
     * Opens an artifact; reading it to the end verifies that it is the one of that digest.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(ArtifactId id, String sha256) throws IOException {
        return new Verified(store.open(id), id, sha256);
    }

    /** As {@link #open(ArtifactId, String)}, under whatever key. */
    InputStream open(CodeArtifact artifact) throws IOException {
        return new Verified(
                store.open(artifact.id(), artifact.context()), artifact.id(), artifact.sha256());
    }

    /** An image as the data plane reads it. */
    VersionSnapshot.Code code(AccountId account, CodeArtifact image) {
        return new StoredCode(this, account, image);
    }

    /** Learns what is stored and removes what nothing refers to; called once, at start. */
    void sweep(Supplier<Set<ArtifactId>> needed) throws IOException {
        List<ArtifactId> ours =
                store.list().stream()
                        .filter(id -> id.value().startsWith(ZIP) || id.value().startsWith(IMAGE))
                        .toList();
        synchronized (lock) {
            present.addAll(ours);
        }
        collect(ours, needed);
    }

    /**
     * Removes those candidates that nothing needs and nobody has pinned.
     *
     * @param needed what every version needs, looked up while nobody can pin
     */
    void collect(Collection<ArtifactId> candidates, Supplier<Set<ArtifactId>> needed) {
        if (candidates.isEmpty()) {
            return;
        }
        synchronized (lock) {
            Set<ArtifactId> kept = needed.get();
            for (ArtifactId id : candidates) {
                if (!pins.containsKey(id) && !kept.contains(id)) {
                    remove(id);
                }
            }
        }
    }

    private void remove(ArtifactId id) {
        present.remove(id);
        try {
            store.delete(id);
        } catch (IOException e) {
            LOG.warn("artifact {} can't be removed; the next start tries again", id.value(), e);
        }
    }

    private record StoredCode(ArtifactShelf shelf, AccountId account, CodeArtifact image)
            implements VersionSnapshot.Code {
        @Override
        public String digest() {
            return account + "-" + image.sha256();
        }

        @Override
        public InputStream open() throws IOException {
            return shelf.open(image);
        }

        @Override
        public String toString() {
            return image.id().value();
        }
    }

    /**
     * Fails at the end if the whole is not what its name says: one artifact put in another's place.
     */
    private static final class Verified extends FilterInputStream {
        private final ArtifactId id;
        private final String expected;
        private final MessageDigest digest;

        Verified(InputStream in, ArtifactId id, String expected) {
            super(in);
            this.id = id;
            this.expected = expected;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int count = read(one, 0, 1);
            return count < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            if (count > 0) {
                digest.update(target, offset, count);
            } else if (count < 0) {
                check();
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            return readNBytes((int) Math.min(count, 1 << 16)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void check() throws IOException {
            // A clone, so that reading at the end again gives the same answer.
            try {
                MessageDigest whole = (MessageDigest) digest.clone();
                if (!HexFormat.of().formatHex(whole.digest()).equals(expected)) {
                    throw new CorruptArtifactException(
                            "the content of " + id.value() + " is not the one of that digest");
                }
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
            }
        }
    }
}
