package dev.cloister.functions.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Makes archives for tests, good and bad. */
public final class Zips {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes);

    public static byte[] of(Map<String, String> files) {
        Zips zip = new Zips();
        files.forEach((name, text) -> zip.file(name, 0100644, text));
        return zip.bytes();
    }

    public static byte[] handler(String text) {
        return of(Map.of("lambda_function.py", text));
    }

    public Zips file(String name, int mode, String content) {
        return entry(name, mode, content.getBytes(StandardCharsets.UTF_8));
    }

    public Zips link(String name, String target) {
        return entry(name, 0120777, target.getBytes(StandardCharsets.UTF_8));
    }

    public Zips folder(String name) {
        return entry(name + "/", 040755, new byte[0]);
    }

    public Zips entry(String name, int mode, byte[] content) {
        try {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            entry.setUnixMode(mode);
            entry.setSize(content.length);
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of so many zeros, which takes next to nothing zipped. */
    public Zips zeros(String name, long size) {
        try {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            entry.setSize(size);
            out.putArchiveEntry(entry);
            byte[] chunk = new byte[1 << 16];
            for (long left = size; left > 0; left -= chunk.length) {
                out.write(chunk, 0, (int) Math.min(left, chunk.length));
            }
            out.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An entry as archivers without Unix modes write it. */
    public Zips dosFile(String name, String content) {
        try {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            out.putArchiveEntry(entry);
            out.write(content.getBytes(StandardCharsets.UTF_8));
            out.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        try {
            out.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
