package dev.cloister.functions.code;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Checks archives and makes images of them. Thread-safe.
 *
 * <p>Everything in clear lies in the work folder while it is needed: give a folder on the encrypted
 * scratch volume, one that nothing else uses; what an earlier run left there is removed.
 */
public final class CodePackager {
    private static final String PREFIX = "package-";

    /** Archives being read at a time: each may take tens of megabytes of memory. */
    private static final int PARALLEL = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path workFolder;
    private final ImageBuilder images;
    private final ArchiveLimits limits;
    private final Semaphore readers = new Semaphore(PARALLEL, true);

    public CodePackager(Path workFolder, ImageBuilder images) throws IOException {
        this(workFolder, images, ArchiveLimits.DEFAULTS);
    }

    public CodePackager(Path workFolder, ImageBuilder images, ArchiveLimits limits)
            throws IOException {
        this.workFolder = Files.createDirectories(workFolder);
        this.images = images;
        this.limits = limits;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(workFolder, PREFIX + "*")) {
            for (Path folder : left) {
                Folders.delete(folder);
            }
        }
    }

    /** What an archive may hold. */
    public ArchiveLimits limits() {
        return limits;
    }

    /**
     * Reads a whole archive without keeping anything of it.
     *
     * @param zip not changed and not kept
     * @return bytes of all its files
     * @throws BadArchiveException if it must not be used
     * @throws BusyException if too many archives are being read
     * @throws InterruptedException if the thread was interrupted while it waited for its turn
     */
    public long check(byte[] zip, Place place)
            throws BadArchiveException, BusyException, InterruptedException {
        if (zip.length == 0) {
            throw new BadArchiveException(
                    BadArchiveException.Problem.EMPTY, "the archive has no bytes");
        }
        if (!readers.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new BusyException();
        }
        try (SeekableByteChannel channel = new SeekableInMemoryByteChannel(zip)) {
            return Archive.unpack(channel, limits, place, TreeSink.NOWHERE);
        } catch (IOException e) {
            // Nothing here but the bytes themselves can fail.
            throw new BadArchiveException(
                    BadArchiveException.Problem.UNREADABLE, "the archive can't be read", e);
        } finally {
            readers.release();
        }
    }

    /** Too many archives are being read at the moment; trying again later helps. */
    public static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many archives are being read; try again later");
        }
    }

    /** Opens an archive; whoever calls it closes it. */
    @FunctionalInterface
    public interface ZipSource {
        InputStream open() throws IOException;
    }

    /**
     * Makes the image of an archive.
     *
     * @param zip read to its end or to the first fault, and closed
     * @throws BadArchiveException if the archive must not be used
     * @throws IOException if reading, unpacking or packing fails; nothing is left behind
     */
    public PackedImage build(InputStream zip)
            throws IOException, BadArchiveException, InterruptedException {
        return build(List.of(() -> zip), Place.TASK, FolderSink::new);
    }

    /**
     * Makes one image of layers' archives: folders come together, and a later archive's files stand
     * before an earlier one's.
     *
     * @throws BadArchiveException if one of the archives must not be used
     * @throws IOException if reading, unpacking or packing fails; nothing is left behind
     */
    public PackedImage buildLayers(List<ZipSource> zips)
            throws IOException, BadArchiveException, InterruptedException {
        return build(zips, Place.LAYERS, MergingSink::new);
    }

    private PackedImage build(List<ZipSource> zips, Place place, Function<Path, TreeSink> sinks)
            throws IOException, BadArchiveException, InterruptedException {
        Path folder = Files.createTempDirectory(workFolder, PREFIX);
        boolean done = false;
        try {
            Path tree = Files.createDirectory(folder.resolve("tree"));
            Files.setPosixFilePermissions(
                    tree, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            TreeSink sink = sinks.apply(tree);
            for (ZipSource zip : zips) {
                Path archive = folder.resolve("code.zip");
                try (InputStream in = zip.open()) {
                    copyBounded(in, archive);
                }
                unpack(archive, place, sink);
                Files.delete(archive);
            }
            Path image = folder.resolve("code.erofs");
            images.build(tree, image);
            Folders.delete(tree);
            PackedImage packed = new PackedImage(folder, image, sha256(image), Files.size(image));
            done = true;
            return packed;
        } finally {
            if (!done) {
                Folders.delete(folder);
            }
        }
    }

    private void unpack(Path archive, Place place, TreeSink sink)
            throws IOException, BadArchiveException, InterruptedException {
        // In the background there is time to wait: those before it end, their input is bounded.
        readers.acquire();
        try (SeekableByteChannel channel = Files.newByteChannel(archive)) {
            var _ = Archive.unpack(channel, limits, place, sink);
        } finally {
            readers.release();
        }
    }

    private void copyBounded(InputStream zip, Path archive)
            throws IOException, BadArchiveException {
        try (OutputStream out = Files.newOutputStream(archive, StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[1 << 16];
            long size = 0;
            for (int count = zip.read(buffer); count >= 0; count = zip.read(buffer)) {
                size += count;
                if (size > limits.maxZipped()) {
                    throw BadArchiveException.unreadable("the archive is too large");
                }
                out.write(buffer, 0, count);
            }
        }
    }

    private static String sha256(Path file) throws IOException {
        try (DigestOutputStream digest =
                new DigestOutputStream(
                        OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            Files.copy(file, digest);
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
