package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Where a runtime's images are: {@code <folder>/<runtime>/v<number>/} with {@code image.erofs},
 * {@code manifest.json} and {@code build.log}. Thread-safe.
 *
 * <p>A version's folder appears whole, by a rename, and its files never change. It is a version
 * from the moment that it has {@code manifest.json}: one that must be tried before has that file
 * under another name until then, and one that failed has {@code rejected.txt} instead of an image.
 * Numbers are never used twice, since an image may be mounted for longer than its file exists.
 */
final class ImageFolder {
    static final String IMAGE = "image.erofs";
    private static final String REJECTED = "rejected.txt";
    private static final Pattern VERSION = Pattern.compile("v([1-9][0-9]{0,8})");

    private final Path folder;
    private final ManagedRuntime runtime;

    /** Version folders never change, so what was read of one stays true. */
    private final Map<Path, Manifest> manifests = new ConcurrentHashMap<>();

    ImageFolder(Path folders, ManagedRuntime runtime) {
        this.folder = folders.resolve(runtime.identifier());
        this.runtime = runtime;
    }

    Path path() {
        return folder;
    }

    /** All versions that may be used, oldest first. */
    List<Manifest> versions() {
        return versionFolders().stream()
                .filter(ImageFolder::isVersion)
                .map(this::manifest)
                .toList();
    }

    private static boolean isVersion(Path versionFolder) {
        return Files.exists(versionFolder.resolve(Manifest.FILE_NAME));
    }

    RuntimeImage image(Manifest manifest) {
        return new RuntimeImage(
                runtime,
                manifest.version(),
                manifest.imageSha256(),
                folderOf(manifest).resolve(IMAGE),
                manifest.command(),
                manifest.environment(),
                manifest.canPrepare());
    }

    private Path folderOf(Manifest manifest) {
        return folder.resolve(manifest.version().substring(manifest.version().lastIndexOf('v')));
    }

    int nextNumber() {
        return versionFolders().stream().mapToInt(ImageFolder::number).max().orElse(0) + 1;
    }

    /** Makes an untried version one that may be used, durably. */
    void release(int number) throws IOException {
        Path version = folder.resolve("v" + number);
        Files.move(
                version.resolve(Manifest.UNTRIED_NAME),
                version.resolve(Manifest.FILE_NAME),
                StandardCopyOption.ATOMIC_MOVE);
        sync(version);
    }

    /** Removes the image of an untried version and keeps why, and its number. */
    void reject(int number, String why) throws IOException {
        Path version = folder.resolve("v" + number);
        Files.writeString(version.resolve(REJECTED), why + "\n");
        Files.deleteIfExists(version.resolve(IMAGE));
        Files.deleteIfExists(version.resolve(Manifest.UNTRIED_NAME));
        sync(version);
    }

    /** Rejects what a killed process was trying; the caller holds the build lock. */
    void rejectInterrupted() throws IOException {
        for (Path version : versionFolders()) {
            if (Files.exists(version.resolve(Manifest.UNTRIED_NAME))) {
                reject(number(version), "its trial was interrupted");
            } else if (!isVersion(version) && Files.exists(version.resolve(IMAGE))) {
                Files.delete(version.resolve(IMAGE)); // its removal was interrupted
            }
        }
    }

    /** Removes a version: it is none any more before its first file is gone. */
    void remove(Manifest manifest) throws IOException {
        Path version = folderOf(manifest);
        Files.delete(version.resolve(Manifest.FILE_NAME));
        sync(version);
        manifests.remove(version);
        RootTree.delete(version);
    }

    /** Makes a finished folder (image, manifest, log) the version of this number, durably. */
    void publish(Path finished, int number) throws IOException {
        try (var files = Files.list(finished)) {
            for (Path file : files.toList()) {
                sync(file);
            }
        }
        sync(finished);
        Files.move(finished, folder.resolve("v" + number), StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
    }

    static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private List<Path> versionFolders() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> number(file) > 0)
                    .sorted(Comparator.comparingInt(ImageFolder::number))
                    .toList();
        } catch (IOException e) {
            throw new RuntimeImageException("Can't list the runtime images in " + folder, e);
        }
    }

    private static int number(Path folder) {
        var matcher = VERSION.matcher(String.valueOf(folder.getFileName()));
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private Manifest manifest(Path versionFolder) {
        return manifests.computeIfAbsent(versionFolder, Manifest::read);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
