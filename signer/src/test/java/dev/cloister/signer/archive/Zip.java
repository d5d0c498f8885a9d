package dev.cloister.signer.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Makes and reads the zips of tests. */
public final class Zip {
    public static final String SIGNATURE = SignatureForm.ENTRY;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes);

    public Zip file(String name, int mode, byte[] content) {
        try {
            ZipArchiveEntry entry = new ZipArchiveEntry(name);
            entry.setUnixMode(mode);
            entry.setTime(0);
            out.putArchiveEntry(entry);
            out.write(content);
            out.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Zip file(String name, String content) {
        return file(name, 0100644, content.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] bytes() {
        try {
            out.finish();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a zip unpacks to: the names with what they are, and the content. */
    public static Map<String, String> read(byte[] zip) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipFile file =
                ZipFile.builder()
                        .setSeekableByteChannel(new SeekableInMemoryByteChannel(zip))
                        .setCharset(StandardCharsets.UTF_8)
                        .get()) {
            for (ZipArchiveEntry entry : java.util.Collections.list(file.getEntries())) {
                entries.put(
                        entry.getName() + kind(entry.getUnixMode()),
                        new String(
                                file.getInputStream(entry).readAllBytes(),
                                StandardCharsets.ISO_8859_1));
            }
        }
        return entries;
    }

    private static String kind(int mode) {
        int type = mode & 0170000;
        if (type != 0 && type != 0100000) {
            return " " + Integer.toOctalString(type);
        }
        return (mode & 0111) == 0 ? " file" : " program";
    }

    /** A copy of a zip with an entry's content replaced, or without it if there is none. */
    public static byte[] edit(
            byte[] zip, java.util.function.UnaryOperator<Map<String, byte[]>> edit)
            throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        Map<String, Integer> modes = new LinkedHashMap<>();
        try (ZipFile file =
                ZipFile.builder()
                        .setSeekableByteChannel(new SeekableInMemoryByteChannel(zip))
                        .get()) {
            for (ZipArchiveEntry entry : java.util.Collections.list(file.getEntries())) {
                entries.put(entry.getName(), file.getInputStream(entry).readAllBytes());
                modes.put(entry.getName(), entry.getUnixMode());
            }
        }
        Zip copy = new Zip();
        edit.apply(entries)
                .forEach(
                        (name, content) ->
                                copy.file(name, modes.getOrDefault(name, 0100644), content));
        return copy.bytes();
    }
}
