package dev.cloister.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * One installation's folder, held by this process: folders 0700, files 0600, one lock. Thread-safe.
 *
 * <p>Closing releases the lock; the kernel does so too when the process dies.
 */
public final class DataFolder implements AutoCloseable {
    private static final Set<PosixFilePermission> PRIVATE_FILE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> PRIVATE_FOLDER =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);

    /** The longest path of a Unix socket, sun_path less its final zero (unix(7)). */
    private static final int SOCKET_PATH_BYTES = 107;

    private final DataLayout layout;
    private final FileChannel lockFile;
    private final String instance;

    private DataFolder(DataLayout layout, FileChannel lockFile, String instance) {
        this.layout = layout;
        this.lockFile = lockFile;
        this.instance = instance;
    }

    /**
     * Creates what is missing and takes the lock.
     *
     * @throws DataFolderException if another server holds it, or it can't be made
     */
    public static DataFolder open(Path root) {
        DataLayout layout = new DataLayout(root);
        checkSocketPath(layout);
        try {
            createFolders(layout);
            FileChannel lockFile = lock(layout);
            try {
                return new DataFolder(layout, lockFile, instance(layout));
            } catch (IOException | RuntimeException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DataFolderException(
                    "Can't prepare the data folder " + layout.root() + ": " + e, e);
        }
    }

    public DataLayout layout() {
        return layout;
    }

    /**
     * Names this installation on the host: eight hexadecimal digits, made at the first start. Every
     * cgroup, network namespace, link and firewall table of this installation has it in its name,
     * so that two installations never touch each other's and leftovers can be found.
     */
    public String instance() {
        return instance;
    }

    /** Replaces a private file (mode 0600) at once: readers see the old content or the new. */
    public void writePrivately(Path file, String content) {
        try {
            replace(file, content);
        } catch (IOException e) {
            throw new DataFolderException("Can't write " + file + ": " + e, e);
        }
    }

    /** Removes what says that a server runs: its socket, its process id, that it is ready. */
    public void removeRunFiles() {
        try {
            Files.deleteIfExists(layout.ready());
            Files.deleteIfExists(layout.processId());
            Files.deleteIfExists(layout.adminSocket());
        } catch (IOException e) {
            throw new DataFolderException("Can't clear " + layout.run() + ": " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new DataFolderException("Can't release " + layout.lock() + ": " + e, e);
        }
    }

    private static void checkSocketPath(DataLayout layout) {
        int length = layout.adminSocket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_PATH_BYTES) {
            throw new DataFolderException(
                    "The path of the data folder is too long for a Unix socket inside it (%d bytes of %d): %s. Choose a shorter one with --data."
                            .formatted(length, SOCKET_PATH_BYTES, layout.root()));
        }
    }

    private static void createFolders(DataLayout layout) throws IOException {
        createPrivately(layout.root());
        createPrivately(parent(layout.database()));
        createPrivately(parent(layout.serverLog()));
        createPrivately(layout.keys());
        createPrivately(layout.certificates());
        createPrivately(layout.artifacts());
        createPrivately(layout.functionLogs());
        createPrivately(layout.runtimes());
        createPrivately(layout.scratch());
        createPrivately(layout.run());
    }

    private static void createPrivately(Path folder) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
        Files.setPosixFilePermissions(folder, PRIVATE_FOLDER);
    }

    private static FileChannel lock(DataLayout layout) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        layout.lock(),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
        if (tryLock(channel)) {
            return channel;
        }
        channel.close();
        throw new DataFolderException(
                "Another Cloister server uses %s. Stop it with 'cloister down', or choose another folder with --data."
                        .formatted(layout.root()));
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static String instance(DataLayout layout) throws IOException {
        if (!Files.exists(layout.instance())) {
            byte[] random = new byte[4];
            new SecureRandom().nextBytes(random);
            replace(layout.instance(), HexFormat.of().formatHex(random) + "\n");
        }
        String instance = Files.readString(layout.instance()).strip();
        if (!instance.matches("[0-9a-f]{8}")) {
            throw new DataFolderException(
                    layout.instance()
                            + " should hold eight hexadecimal digits. Restore it from a backup of"
                            + " the folder.");
        }
        return instance;
    }

    private static void replace(Path file, String content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel =
                FileChannel.open(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PRIVATE_FILE))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no parent");
        }
        return parent;
    }
}
