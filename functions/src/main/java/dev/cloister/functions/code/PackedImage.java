package dev.cloister.functions.code;

import java.io.IOException;
import java.nio.file.Path;

/** A freshly built image in the work folder; closing removes it. */
public final class PackedImage implements AutoCloseable {
    private final Path folder;
    private final Path file;
    private final String sha256;
    private final long size;

    PackedImage(Path folder, Path file, String sha256, long size) {
        this.folder = folder;
        this.file = file;
        this.sha256 = sha256;
        this.size = size;
    }

    public Path file() {
        return file;
    }

    /** 64 hex digits. */
    public String sha256() {
        return sha256;
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }
}
