package dev.cloister.functions.code;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/**
 * Looks through a zip's central directory before a parser builds objects of it, so that neither its
 * size nor its lies cost memory (APPNOTE.TXT 4.3.12 to 4.3.16).
 */
final class CentralDirectory {
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int MAX_COMMENT = 0xffff;
    private static final int END64 = 0x06064b50;
    private static final int END64_LENGTH = 56;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int LOCATOR64_LENGTH = 20;
    private static final int HEADER = 0x02014b50;
    private static final int HEADER_LENGTH = 46;
    private static final int ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final SeekableByteChannel zip;
    private final ArchiveLimits limits;

    private CentralDirectory(SeekableByteChannel zip, ArchiveLimits limits) {
        this.zip = zip;
        this.limits = limits;
    }

    /** Where the directory lies and how many entries it claims. */
    private record Extent(long offset, long size, long entries, long end) {}

    static void check(SeekableByteChannel zip, ArchiveLimits limits)
            throws IOException, BadArchiveException {
        new CentralDirectory(zip, limits).check();
    }

    private void check() throws IOException, BadArchiveException {
        refuseIf(zip.size() > limits.maxZipped(), "it is too large");
        Extent extent = extent();
        if (extent.entries == 0) {
            throw new BadArchiveException(
                    BadArchiveException.Problem.EMPTY, "the archive has no entries");
        }
        refuseIf(extent.entries < 0 || extent.entries > limits.maxEntries(), "too many entries");
        refuseIf(
                extent.size < 0 || extent.size > limits.maxDirectory(),
                "its central directory is too large");
        refuseIf(
                extent.offset < 0 || extent.offset + extent.size != extent.end,
                "its central directory is not where it says");
        walk(read(extent.offset, (int) extent.size), extent.entries);
    }

    private Extent extent() throws IOException, BadArchiveException {
        long length = zip.size();
        int tailLength = (int) Math.min(length, END_LENGTH + MAX_COMMENT);
        refuseIf(tailLength < END_LENGTH, "it is cut short");
        ByteBuffer tail = read(length - tailLength, tailLength);
        int at = tailLength - END_LENGTH;
        while (at >= 0 && tail.getInt(at) != END) {
            at--;
        }
        refuseIf(at < 0, "it has no end record");
        int comment = Short.toUnsignedInt(tail.getShort(at + 20));
        refuseIf(at + END_LENGTH + comment != tailLength, "bytes follow its end record");
        refuseIf(tail.getShort(at + 4) != 0 || tail.getShort(at + 6) != 0, "it has several parts");
        long end = length - tailLength + at;
        if (end >= LOCATOR64_LENGTH) {
            ByteBuffer locator = read(end - LOCATOR64_LENGTH, LOCATOR64_LENGTH);
            if (locator.getInt(0) == LOCATOR64) {
                return extent64(locator.getLong(8), end - LOCATOR64_LENGTH);
            }
        }
        return new Extent(
                Integer.toUnsignedLong(tail.getInt(at + 16)),
                Integer.toUnsignedLong(tail.getInt(at + 12)),
                Short.toUnsignedLong(tail.getShort(at + 10)),
                end);
    }

    private Extent extent64(long offset, long locator) throws IOException, BadArchiveException {
        refuseIf(
                offset < 0 || offset > locator - END64_LENGTH,
                "its zip64 end record is not where it says");
        ByteBuffer record = read(offset, END64_LENGTH);
        refuseIf(record.getInt(0) != END64, "it has no zip64 end record");
        refuseIf(
                record.getLong(4) != locator - offset - 12,
                "its zip64 end record has a wrong length");
        return new Extent(record.getLong(48), record.getLong(40), record.getLong(32), offset);
    }

    private static void walk(ByteBuffer directory, long claimed) throws BadArchiveException {
        long entries = 0;
        int at = 0;
        while (at < directory.limit()) {
            refuseIf(
                    directory.limit() - at < HEADER_LENGTH || directory.getInt(at) != HEADER,
                    "its central directory is malformed");
            int flags = Short.toUnsignedInt(directory.getShort(at + 8));
            refuseIf((flags & ENCRYPTED_FLAGS) != 0, "an entry is encrypted");
            int method = Short.toUnsignedInt(directory.getShort(at + 10));
            refuseIf(method != STORED && method != DEFLATED, "its compression is not supported");
            int name = Short.toUnsignedInt(directory.getShort(at + 28));
            refuseIf(name > EntryPath.MAX_PATH + 1, "a name is too long");
            checkName(directory, at + HEADER_LENGTH, name);
            at +=
                    HEADER_LENGTH
                            + name
                            + Short.toUnsignedInt(directory.getShort(at + 30))
                            + Short.toUnsignedInt(directory.getShort(at + 32));
            entries++;
        }
        refuseIf(at != directory.limit(), "its central directory is cut short");
        refuseIf(entries != claimed, "it says " + claimed + " entries and has " + entries);
    }

    /** On the raw bytes: a parser may turn backslashes into slashes. */
    private static void checkName(ByteBuffer directory, int start, int length)
            throws BadArchiveException {
        refuseIf(start + length > directory.limit(), "its central directory is cut short");
        for (int i = start; i < start + length; i++) {
            byte value = directory.get(i);
            refuseIf(value == 0 || value == '\\', "a name has a NUL or a backslash");
        }
    }

    private ByteBuffer read(long offset, int length) throws IOException, BadArchiveException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        zip.position(offset);
        while (buffer.hasRemaining()) {
            refuseIf(zip.read(buffer) < 0, "it is cut short");
        }
        return buffer.flip();
    }

    private static void refuseIf(boolean broken, String what) throws BadArchiveException {
        if (broken) {
            throw BadArchiveException.unreadable("the archive can't be read: " + what);
        }
    }
}
