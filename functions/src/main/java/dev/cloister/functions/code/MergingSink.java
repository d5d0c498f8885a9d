package dev.cloister.functions.code;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Writes one archive after another into the same folder: folders come together, and of two other
 * things of one name the later stands. Nothing is written through a symbolic link of an earlier
 * archive: where a later one has a folder, the link makes way for it.
 */
final class MergingSink implements TreeSink {
    private final Path root;
    private final FolderSink folder;

    MergingSink(Path root) {
        this.root = root;
        this.folder = new FolderSink(root);
    }

    @Override
    public void directory(String path) throws IOException {
        Path place = root.resolve(path);
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Folders.delete(place);
        folder.directory(path);
    }

    @Override
    public OutputStream file(String path, boolean executable) throws IOException {
        Folders.delete(root.resolve(path));
        return folder.file(path, executable);
    }

    @Override
    public void symbolicLink(String path, String target) throws IOException {
        Folders.delete(root.resolve(path));
        folder.symbolicLink(path, target);
    }
}
