package dev.cloister.observe.logs;

import dev.cloister.observe.LogKeys;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Where segments are and how their keys are had: {@code FOLDER/GROUP/SEGMENT.log}, ids in hex,
 * folders 0700 and files 0600. Thread-safe.
 */
final class SegmentFiles {
    /** KMS alias of the service's key in each account. */
    private static final String KEY_ALIAS = "alias/aws/logs";

    private static final String SUFFIX = ".log";
    private static final FileAttribute<?> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final LogKeys keys;

    SegmentFiles(Path folder, LogKeys keys) {
        this.folder = folder;
        this.keys = keys;
        try {
            Files.createDirectories(folder, FOLDER_MODE);
        } catch (IOException e) {
            throw new LogStoreException("can't make the folder for logs " + folder, e);
        }
    }

    /**
     * Checks that a group's key can be used just now.
     *
     * @throws KeyUnavailableException if its customer's key refuses
     */
    void requireKey(GroupName group, Optional<String> kmsKeyArn) {
        kmsKeyArn
                .flatMap(arn -> keys.refusal(group.account(), arn, group.arn()))
                .ifPresent(
                        refusal -> {
                            throw new KeyUnavailableException(
                                    "the KMS key of the log group %s can't be used: %s %s"
                                            .formatted(
                                                    group.arn(),
                                                    refusal.code(),
                                                    refusal.getMessage()),
                                    refusal);
                        });
    }

    /**
     * Makes a data key under a customer's key and opens it, as every segment needs.
     *
     * @throws KeyUnavailableException if one of both is refused
     */
    void probe(GroupName group, String kmsKeyArn) {
        Map<String, String> context = Map.of("aws:logs:arn", group.arn());
        DataKey made =
                keys.generateDataKey(new KeyRef(group.account().value(), kmsKeyArn), context);
        Arrays.fill(keys.unwrap(made.wrapped(), context).plaintext(), (byte) 0);
    }

    Path path(long groupId, long segmentId) {
        return groupFolder(groupId).resolve(HexFormat.of().toHexDigits(segmentId) + SUFFIX);
    }

    /** Makes a segment's file with a fresh key and returns the writer at its end. */
    SegmentWriter create(GroupName group, long groupId, long segmentId, String kmsKeyArn)
            throws IOException {
        Path path = path(groupId, segmentId);
        DataKey key =
                keys.generateDataKey(
                        new KeyRef(
                                group.account().value(),
                                kmsKeyArn.isEmpty() ? KEY_ALIAS : kmsKeyArn),
                        context(group, groupId, segmentId));
        byte[] wrapped = key.wrapped();
        try {
            Files.createDirectory(groupFolder(groupId), FOLDER_MODE);
        } catch (FileAlreadyExistsException e) {
            // The group has other segments.
        }
        Files.deleteIfExists(path);
        Files.createFile(path, FILE_MODE);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            ByteBuffer header =
                    ByteBuffer.allocate(SegmentFormat.MAGIC_BYTES + Integer.BYTES + wrapped.length);
            header.put(SegmentFormat.magic()).putInt(wrapped.length).put(wrapped);
            file.write(header.array());
            return new SegmentWriter(
                    path,
                    file,
                    new SegmentCipher(key.plaintext(), groupId, segmentId),
                    header.capacity());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Opens a segment for going on with it; anything after {@code segment.bytes()} is cut. */
    SegmentWriter reopen(GroupName group, SegmentInfo segment) throws IOException {
        SegmentCipher cipher;
        long start;
        try (SegmentReader reader = read(group, segment)) {
            cipher = reader.cipher();
            start = reader.chunksStart();
        }
        Path path = path(segment.groupId(), segment.id());
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            long end = Math.max(start, segment.bytes());
            file.setLength(end);
            file.seek(end);
            return new SegmentWriter(path, file, cipher, end);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens a segment for reading.
     *
     * @throws java.nio.file.NoSuchFileException if it has been removed
     * @throws DamagedSegmentException if its header can't be read
     * @throws dev.cloister.storage.KeyUnavailableException if its key can't be had
     */
    SegmentReader read(GroupName group, SegmentInfo segment) throws IOException {
        return read(group, segment, keys::unwrap);
    }

    /** As {@link #read}, to find out what a crash left. */
    SegmentReader readToRecover(GroupName group, SegmentInfo segment) throws IOException {
        return read(group, segment, keys::unwrapToRecover);
    }

    private SegmentReader read(
            GroupName group,
            SegmentInfo segment,
            BiFunction<byte[], Map<String, String>, DataKey> unwrapping)
            throws IOException {
        Path path = path(segment.groupId(), segment.id());
        DataInputStream in = SegmentReader.open(path);
        try {
            byte[] magic = in.readNBytes(SegmentFormat.MAGIC_BYTES);
            byte[] length = in.readNBytes(Integer.BYTES);
            if (!Arrays.equals(magic, SegmentFormat.magic()) || length.length < Integer.BYTES) {
                throw new DamagedSegmentException(path + " does not begin as a segment does");
            }
            int wrappedBytes = ByteBuffer.wrap(length).getInt();
            if (wrappedBytes <= 0 || wrappedBytes > SegmentFormat.MOST_WRAPPED_KEY_BYTES) {
                throw new DamagedSegmentException(path + " has no readable key");
            }
            byte[] wrapped = in.readNBytes(wrappedBytes);
            if (wrapped.length < wrappedBytes) {
                throw new DamagedSegmentException(path + " ends within its key");
            }
            DataKey key =
                    unwrapping.apply(wrapped, context(group, segment.groupId(), segment.id()));
            return new SegmentReader(
                    in,
                    new SegmentCipher(key.plaintext(), segment.groupId(), segment.id()),
                    SegmentFormat.MAGIC_BYTES + Integer.BYTES + wrappedBytes);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    void delete(SegmentInfo segment) throws IOException {
        Files.deleteIfExists(path(segment.groupId(), segment.id()));
        try {
            Files.deleteIfExists(groupFolder(segment.groupId()));
        } catch (DirectoryNotEmptyException e) {
            // The group has other segments.
        }
    }

    /** Removes all of a group's files. */
    void deleteGroup(long groupId) throws IOException {
        Path group = groupFolder(groupId);
        if (!Files.exists(group)) {
            return;
        }
        try (Stream<Path> files = Files.list(group)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(group);
    }

    /** Every segment file there is. */
    List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(path -> path.toString().endsWith(SUFFIX)).toList();
        }
    }

    private Path groupFolder(long groupId) {
        return folder.resolve(HexFormat.of().toHexDigits(groupId));
    }

    /**
     * As CloudWatch Logs binds its keys ("Encrypt log data": kms:EncryptionContext:aws:logs:arn).
     */
    private static Map<String, String> context(GroupName group, long groupId, long segmentId) {
        Map<String, String> context = new LinkedHashMap<>();
        context.put("aws:logs:arn", group.arn());
        context.put("cloister:segment", groupId + "/" + segmentId);
        return context;
    }
}
