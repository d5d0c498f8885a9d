package dev.cloister.runtimes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The directory tree that becomes an image. Every name is absolute as seen in the image; nothing
 * follows a link out of the tree, because files are replaced, never written through. Confined to
 * the build's thread.
 */
final class RootTree {
    /**
     * The time of every file, so that equal content makes equal images, and so that what records
     * the times of files (Java's class archives) still finds them true.
     */
    static final Instant FILE_TIME = Instant.parse("2026-01-01T00:00:00Z");

    private final Path root;

    RootTree(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Path at(String name) {
        Path path = root.resolve(name.substring(1)).normalize();
        if (!name.startsWith("/") || !path.startsWith(root)) {
            throw new IllegalArgumentException("not a name inside an image: " + name);
        }
        return path;
    }

    void directory(String name) throws IOException {
        Files.createDirectories(at(name));
    }

    void write(String name, byte[] content, boolean executable) throws IOException {
        Path file = replace(name);
        Files.write(file, content);
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    void write(String name, String content) throws IOException {
        write(name, content.getBytes(StandardCharsets.UTF_8), false);
    }

    void link(String name, String target) throws IOException {
        Files.createSymbolicLink(replace(name), Path.of(target));
    }

    void move(String from, String to) throws IOException {
        Files.move(at(from), replace(to));
    }

    /** Copies a folder from outside into the tree, over what is there. */
    void copyFolder(Path from, String to) throws IOException {
        Path target = at(to);
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectories(target.resolve(from.relativize(folder)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.copy(
                                file,
                                target.resolve(from.relativize(file)),
                                LinkOption.NOFOLLOW_LINKS,
                                StandardCopyOption.REPLACE_EXISTING,
                                StandardCopyOption.COPY_ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Removes what a pattern names; its last part may be a glob. Nothing there: nothing done. */
    void remove(String pattern) throws IOException {
        Path path = at(pattern);
        Path folder = path.getParent();
        Path last = path.getFileName();
        if (folder == null || last == null || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, last.toString())) {
            for (Path each : found) {
                delete(each);
            }
        }
    }

    /** Removes every folder or file below {@code folder} whose name is one of these globs. */
    void prune(String folder, List<String> globs) throws IOException {
        var matchers =
                globs.stream()
                        .map(glob -> root.getFileSystem().getPathMatcher("glob:" + glob))
                        .toList();
        Files.walkFileTree(
                at(folder),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path each, BasicFileAttributes attributes) throws IOException {
                        if (matches(each)) {
                            delete(each);
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
                            throws IOException {
                        if (matches(each)) {
                            Files.delete(each);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    private boolean matches(Path each) {
                        Path name = each.getFileName();
                        return name != null
                                && matchers.stream().anyMatch(matcher -> matcher.matches(name));
                    }
                });
    }

    void gzip(String folder, String suffix) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(at(folder))) {
            files = walk.filter(file -> file.toString().endsWith(suffix)).toList();
        }
        for (Path file : files) {
            Path packed = file.resolveSibling(file.getFileName() + ".gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
                Files.copy(file, out);
            }
            Files.delete(file);
        }
    }

    /** Owner root, no setuid or setgid bit, readable by everybody, writable by nobody else. */
    void seal() throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        settle(file, attributes);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        settle(
                                folder,
                                Files.readAttributes(
                                        folder,
                                        BasicFileAttributes.class,
                                        LinkOption.NOFOLLOW_LINKS));
                        return FileVisitResult.CONTINUE;
                    }
                });
        Files.setAttribute(at("/tmp"), "unix:mode", 01777);
        Files.setLastModifiedTime(root, FileTime.from(FILE_TIME));
    }

    private static void settle(Path path, BasicFileAttributes attributes) throws IOException {
        Files.setAttribute(path, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", 0, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            return;
        }
        if (attributes.isOther()) {
            Files.delete(path);
            return;
        }
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(path);
        boolean executable =
                attributes.isDirectory() || now.contains(PosixFilePermission.OWNER_EXECUTE);
        Files.setAttribute(path, "unix:mode", executable ? 0755 : 0644);
        Files.setLastModifiedTime(path, FileTime.from(FILE_TIME));
    }

    private Path replace(String name) throws IOException {
        Path path = at(name);
        Path parent = path.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        delete(path);
        return path;
    }

    /** Deletes a file or a folder with all in it; follows no link. */
    static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
