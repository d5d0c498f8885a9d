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
 * {@code manifest.json} and {@code build.log}. A version's folder appears whole, by a rename, and
 * never changes. Thread-safe.
 */
final class ImageFolder {
    static final String IMAGE = "image.erofs";
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

    /** All versions, oldest first. */
    List<Manifest> versions() {
        return versionFolders().stream().map(this::manifest).toList();
    }

    RuntimeImage image(Manifest manifest) {
        String number = manifest.version().substring(manifest.version().lastIndexOf('v'));
        return new RuntimeImage(
                runtime,
                manifest.version(),
                manifest.imageSha256(),
                folder.resolve(number).resolve(IMAGE),
                manifest.command(),
                manifest.environment(),
                manifest.canPrepare());
    }

    int nextNumber() {
        return versionFolders().stream().mapToInt(ImageFolder::number).max().orElse(0) + 1;
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
