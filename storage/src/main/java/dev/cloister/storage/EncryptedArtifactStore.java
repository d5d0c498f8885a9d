package dev.cloister.storage;

import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.SecretKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Artifacts as files of one folder (mode 0700), in the format that {@link ArtifactHeader}
 * describes. A file gets its name only when its content is on the disk. Thread-safe; one process
 * owns the folder.
 */
public final class EncryptedArtifactStore implements ArtifactStore {
    private static final Logger log = LoggerFactory.getLogger(EncryptedArtifactStore.class);

    /** Artifact ids never start with a dot, so these are nobody's. */
    private static final String UNFINISHED = ".unfinished-";

    private final Path folder;
    private final EnvelopeKeys keys;

    /**
     * Makes the folder if there is none and removes what interrupted puts have left.
     *
     * @throws IOException if the folder can't be made or read
     */
    public EncryptedArtifactStore(Path folder, EnvelopeKeys keys) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.keys = keys;
        Files.createDirectories(
                this.folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (DirectoryStream<Path> leftovers =
                Files.newDirectoryStream(this.folder, UNFINISHED + "*")) {
            for (Path leftover : leftovers) {
                log.info("removing {}, left by an interrupted put", leftover);
                Files.deleteIfExists(leftover);
            }
        }
    }

    @Override
    public void put(ArtifactId id, KeyRef key, Map<String, String> context, InputStream content)
            throws IOException {
        Path unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
        try {
            write(unfinished, id, keys.generateDataKey(key, context(id, context)), content);
            Files.move(unfinished, path(id), StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncFolder(folder);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void write(Path file, ArtifactId id, DataKey dataKey, InputStream content)
            throws IOException {
        ArtifactHeader header = ArtifactHeader.of(id, dataKey.wrapped());
        SecretKey secret = Envelope.secretKey(dataKey.plaintext());
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            writeFully(channel, header.bytes());
            byte[] chunk = content.readNBytes(ArtifactHeader.CHUNK_BYTES);
            boolean last = false;
            for (long index = 0; !last; index++) {
                // A short chunk is the last; after a full one it takes a look ahead to know.
                byte[] next =
                        chunk.length < ArtifactHeader.CHUNK_BYTES
                                ? new byte[0]
                                : content.readNBytes(ArtifactHeader.CHUNK_BYTES);
                last = next.length == 0;
                writeFully(
                        channel,
                        Aead.seal(
                                secret,
                                ArtifactHeader.nonce(index),
                                header.associatedData(index, last),
                                chunk));
                chunk = next;
            }
            channel.force(true);
        }
    }

    private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public InputStream open(ArtifactId id, Map<String, String> context) throws IOException {
        FileChannel channel = FileChannel.open(path(id), StandardOpenOption.READ);
        try {
            ArtifactHeader header = ArtifactHeader.read(channel, id);
            DataKey dataKey = keys.unwrap(header.wrappedKey(), context(id, context));
            return new ArtifactInputStream(
                    channel, id, header, Envelope.secretKey(dataKey.plaintext()));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void delete(ArtifactId id) throws IOException {
        if (Files.deleteIfExists(path(id))) {
            DurableFiles.syncFolder(folder);
        }
    }

    @Override
    public List<ArtifactId> list() throws IOException {
        List<ArtifactId> ids = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        folder, file -> !file.getFileName().toString().startsWith("."))) {
            for (Path file : files) {
                ids.add(new ArtifactId(file.getFileName().toString()));
            }
        }
        return List.copyOf(ids);
    }

    @Override
    public Path folder() {
        return folder;
    }

    private Path path(ArtifactId id) {
        return folder.resolve(id.value());
    }

    private static Map<String, String> context(ArtifactId id, Map<String, String> more) {
        Map<String, String> context = new HashMap<>(more);
        context.put("cloister:artifact", id.value());
        return context;
    }
}
