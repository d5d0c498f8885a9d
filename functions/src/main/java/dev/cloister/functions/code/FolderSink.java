package dev.cloister.functions.code;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes an archive's tree into a folder that nobody else writes to. */
final class FolderSink implements TreeSink {
    private final Path root;

    FolderSink(Path root) {
        this.root = root;
    }

    @Override
    public void directory(String path) throws IOException {
        Path folder = root.resolve(path);
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public OutputStream file(String path, boolean executable) throws IOException {
        // CREATE_NEW never follows a symbolic link (open(2), O_CREAT | O_EXCL).
        Path file = root.resolve(path);
        OutputStream out =
                Files.newOutputStream(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
        try {
            // Everyone may read: the image belongs to root, the function runs as somebody else.
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
            return out;
        } catch (IOException e) {
            out.close();
            throw e;
        }
    }

    @Override
    public void symbolicLink(String path, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(path), Path.of(target));
    }
}
