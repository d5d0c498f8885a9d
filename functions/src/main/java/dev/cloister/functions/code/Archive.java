package dev.cloister.functions.code;

import dev.cloister.functions.code.BadArchiveException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** One hostile zip on its way into a {@link TreeSink}. Used once, by one thread. */
final class Archive {
    private static final int BUFFER = 1 << 16;
    private static final int LOCAL_HEADER_LENGTH = 30;

    /** What a path in the tree is. */
    private enum Kind {
        IMPLIED_DIRECTORY,
        DIRECTORY,
        FILE,
        SYMBOLIC_LINK
    }

    private final ArchiveLimits limits;
    private final Place place;
    private final TreeSink sink;
    private final Map<String, Kind> tree = new HashMap<>();
    private final byte[] buffer = new byte[BUFFER];
    private long unzipped;
    private long pathCharacters;

    private Archive(ArchiveLimits limits, Place place, TreeSink sink) {
        this.limits = limits;
        this.place = place;
        this.sink = sink;
    }

    /**
     * Checks every entry and hands it on. Sizes are counted while inflating, so that a header's
     * claim, a huge ratio or overlapping entries gain nothing.
     *
     * @return bytes of all files
     * @throws IOException if the sink fails; the archive's own faults are BadArchiveException
     */
    static long unpack(SeekableByteChannel zip, ArchiveLimits limits, Place place, TreeSink sink)
            throws IOException, BadArchiveException {
        try {
            CentralDirectory.check(zip, limits);
        } catch (IndexOutOfBoundsException e) {
            throw new BadArchiveException(Problem.UNREADABLE, "the archive is malformed", e);
        }
        zip.position(0);
        Archive archive = new Archive(limits, place, sink);
        archive.unpack(zip);
        return archive.unzipped;
    }

    private void unpack(SeekableByteChannel zip) throws IOException, BadArchiveException {
        try (ZipFile file = open(zip)) {
            List<ZipArchiveEntry> entries = new ArrayList<>();
            file.getEntriesInPhysicalOrder().asIterator().forEachRemaining(entries::add);
            checkOverlaps(entries, zip.size());
            for (ZipArchiveEntry entry : entries) {
                entry(file, entry);
            }
        }
    }

    private static ZipFile open(SeekableByteChannel zip) throws BadArchiveException {
        try {
            return ZipFile.builder()
                    .setSeekableByteChannel(zip)
                    .setCharset(StandardCharsets.UTF_8)
                    .setUseUnicodeExtraFields(true)
                    .get();
        } catch (IOException | RuntimeException e) {
            // The parser meets hostile bytes: whatever it throws is the archive's fault.
            throw new BadArchiveException(Problem.UNREADABLE, "the archive can't be read", e);
        }
    }

    /** No two entries share bytes, as those of the quoted-overlap bombs do. */
    private static void checkOverlaps(List<ZipArchiveEntry> entries, long length)
            throws BadArchiveException {
        List<ZipArchiveEntry> byOffset = new ArrayList<>(entries);
        byOffset.sort(Comparator.comparingLong(ZipArchiveEntry::getDataOffset));
        long free = 0;
        for (ZipArchiveEntry entry : byOffset) {
            long start = entry.getDataOffset();
            long size = entry.getCompressedSize();
            if (start < free + LOCAL_HEADER_LENGTH || size < 0 || size > length - start) {
                throw BadArchiveException.unreadable("the archive has overlapping entries");
            }
            free = start + size;
        }
    }

    private void entry(ZipFile file, ZipArchiveEntry entry)
            throws IOException, BadArchiveException {
        String path = EntryPath.clean(entry.getName());
        boolean named = entry.getName().endsWith("/");
        if (path.isEmpty()) {
            if (!named) {
                throw BadArchiveException.unreadable("the archive has a file without a name");
            }
            return;
        }
        int mode = entry.getUnixMode();
        int type = mode & UnixStat.FILE_TYPE_FLAG;
        if (type == UnixStat.DIR_FLAG || (type == 0 && named)) {
            directory(path);
        } else if (named) {
            throw BadArchiveException.unreadable("an entry is named as a folder and is none");
        } else if (type == UnixStat.LINK_FLAG) {
            symbolicLink(file, entry, path);
        } else if (type == UnixStat.FILE_FLAG || type == 0) {
            claim(path, Kind.FILE);
            try (OutputStream out = sink.file(path, (mode & 0111) != 0)) {
                copy(file, entry, out);
            }
        } else {
            throw BadArchiveException.unreadable("an entry is neither file, folder nor link");
        }
    }

    private void directory(String path) throws IOException, BadArchiveException {
        if (tree.get(path) == Kind.IMPLIED_DIRECTORY) {
            tree.put(path, Kind.DIRECTORY);
            return;
        }
        claim(path, Kind.DIRECTORY);
        sink.directory(path);
    }

    private void symbolicLink(ZipFile file, ZipArchiveEntry entry, String path)
            throws IOException, BadArchiveException {
        claim(path, Kind.SYMBOLIC_LINK);
        if (entry.getSize() > EntryPath.MAX_PATH) {
            throw BadArchiveException.unreadable("a symbolic link is too long");
        }
        var bytes = new java.io.ByteArrayOutputStream();
        copy(file, entry, bytes);
        String target;
        try {
            target =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()))
                            .toString();
        } catch (CharacterCodingException e) {
            throw new BadArchiveException(Problem.UNREADABLE, "a symbolic link is not UTF-8", e);
        }
        EntryPath.checkTarget(path, target, place.root());
        sink.symbolicLink(path, target);
    }

    /** Takes a path for an entry; its parents become folders if nothing has named them yet. */
    private void claim(String path, Kind kind) throws IOException, BadArchiveException {
        if (tree.containsKey(path)) {
            throw BadArchiveException.unreadable("the archive has a name twice");
        }
        String parent = EntryPath.parent(path);
        if (!parent.isEmpty()) {
            Kind above = tree.get(parent);
            if (above == null) {
                claim(parent, Kind.IMPLIED_DIRECTORY);
                sink.directory(parent);
            } else if (above == Kind.FILE || above == Kind.SYMBOLIC_LINK) {
                throw BadArchiveException.unreadable("an entry lies below a file or a link");
            }
        }
        // Deep paths imply many long ones, which the directory's own size does not bound.
        pathCharacters += path.length();
        if (tree.size() >= limits.maxEntries() || pathCharacters > 2L * limits.maxDirectory()) {
            throw BadArchiveException.unreadable("the archive has too many entries");
        }
        tree.put(path, kind);
    }

    private void copy(ZipFile file, ZipArchiveEntry entry, OutputStream out)
            throws IOException, BadArchiveException {
        CRC32 checksum = new CRC32();
        long size = 0;
        try (InputStream in = content(file, entry)) {
            for (int count = read(in); count >= 0; count = read(in)) {
                unzipped += count;
                size += count;
                if (unzipped > limits.maxUnzipped()) {
                    throw new BadArchiveException(
                            Problem.TOO_LARGE, "the archive's content is too large");
                }
                checksum.update(buffer, 0, count);
                out.write(buffer, 0, count);
            }
        }
        if (size != entry.getSize() || checksum.getValue() != entry.getCrc()) {
            throw BadArchiveException.unreadable("an entry's size or checksum is wrong");
        }
    }

    private static InputStream content(ZipFile file, ZipArchiveEntry entry)
            throws BadArchiveException {
        try {
            return file.getInputStream(entry);
        } catch (IOException | RuntimeException e) {
            throw new BadArchiveException(Problem.UNREADABLE, "an entry can't be read", e);
        }
    }

    private int read(InputStream in) throws BadArchiveException {
        try {
            return in.read(buffer);
        } catch (IOException | RuntimeException e) {
            throw new BadArchiveException(Problem.UNREADABLE, "an entry can't be inflated", e);
        }
    }
}
