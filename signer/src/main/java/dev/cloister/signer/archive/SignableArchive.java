package dev.cloister.signer.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip as signing sees it: digests of its entries, its signature if it has one, and a copy with a
 * signature added. Used by one thread; closing closes the channel.
 *
 * <p>Bounded in entries and bytes; on the server the upload's checks have passed before.
 */
public final class SignableArchive implements Closeable {
    private static final int BUFFER = 1 << 16;
    private static final int MAX_ENTRIES = 65_535;
    private static final long MAX_CONTENT = 262_144_000;
    private static final int FOLDER_MODE = UnixStat.DIR_FLAG | 0755;
    private static final int FILE_MODE = UnixStat.FILE_FLAG | 0644;

    private final ZipFile zip;
    private final List<ZipArchiveEntry> entries;
    private final Optional<ZipArchiveEntry> signature;

    private SignableArchive(
            ZipFile zip, List<ZipArchiveEntry> entries, Optional<ZipArchiveEntry> signature) {
        this.zip = zip;
        this.entries = entries;
        this.signature = signature;
    }

    /**
     * Opens a zip.
     *
     * @throws BadArchiveException if it is malformed, has a name twice or too many entries
     */
    public static SignableArchive open(SeekableByteChannel channel) throws BadArchiveException {
        ZipFile zip;
        try {
            // As the upload reads it, so that both see the same names and modes.
            zip =
                    ZipFile.builder()
                            .setSeekableByteChannel(channel)
                            .setCharset(StandardCharsets.UTF_8)
                            .setUseUnicodeExtraFields(true)
                            .get();
        } catch (IOException | RuntimeException e) {
            // The parser meets hostile bytes: whatever it throws is the archive's fault.
            throw new BadArchiveException("the archive can't be read as a zip", e);
        }
        try {
            return of(zip);
        } catch (BadArchiveException e) {
            try {
                zip.close();
            } catch (IOException onClose) {
                e.addSuppressed(onClose);
            }
            throw e;
        }
    }

    private static SignableArchive of(ZipFile zip) throws BadArchiveException {
        List<ZipArchiveEntry> all = Collections.list(zip.getEntries());
        if (all.isEmpty()) {
            throw new BadArchiveException("the archive has no entries");
        }
        if (all.size() > MAX_ENTRIES) {
            throw new BadArchiveException("the archive has more than " + MAX_ENTRIES + " entries");
        }
        Set<String> names = new HashSet<>();
        for (ZipArchiveEntry entry : all) {
            if (!names.add(entry.getName())) {
                throw new BadArchiveException("the archive has a name twice");
            }
        }
        return new SignableArchive(
                zip,
                all.stream().filter(entry -> !isSignature(entry)).toList(),
                all.stream().filter(SignableArchive::isSignature).findAny());
    }

    private static boolean isSignature(ZipArchiveEntry entry) {
        return entry.getName().equals(SignatureForm.ENTRY);
    }

    /** Whether it has an entry where a signature belongs. */
    public boolean isSigned() {
        return signature.isPresent();
    }

    /**
     * The signature entry's bytes.
     *
     * @throws BadArchiveException if there is none, it is too large or no plain file
     */
    public byte[] signature() throws BadArchiveException {
        ZipArchiveEntry entry =
                signature.orElseThrow(() -> new BadArchiveException("the archive is not signed"));
        int mode = entry.getUnixMode();
        boolean file = mode == 0 || (mode & UnixStat.FILE_TYPE_FLAG) == UnixStat.FILE_FLAG;
        if (!file || (mode & 0111) != 0) {
            throw new BadArchiveException("the signature is not a plain file");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(SignatureForm.MAX_LENGTH + 1);
            if (bytes.length > SignatureForm.MAX_LENGTH) {
                throw new BadArchiveException(
                        "the signature has more than " + SignatureForm.MAX_LENGTH + " bytes");
            }
            return bytes;
        } catch (IOException | RuntimeException e) {
            throw new BadArchiveException("the signature can't be read", e);
        }
    }

    /** The digests of what is there, the signature itself left out. */
    public ArchiveDigests digests() throws BadArchiveException {
        return digest(false);
    }

    /**
     * The digests to sign: those of the archive that {@link #writeSigned} makes.
     *
     * @throws BadArchiveException if it is malformed, too large or signed already
     */
    public ArchiveDigests digestsToSign() throws BadArchiveException {
        if (isSigned()) {
            throw new BadArchiveException("the archive has a signature already");
        }
        return digest(lacksFolder());
    }

    private boolean lacksFolder() {
        return entries.stream().noneMatch(e -> e.getName().equals(SignatureForm.FOLDER));
    }

    private ArchiveDigests digest(boolean withFolder) throws BadArchiveException {
        EntriesDigester digester = new EntriesDigester();
        byte[] buffer = new byte[BUFFER];
        long left = MAX_CONTENT;
        for (ZipArchiveEntry entry : entries) {
            digester.begin(entry.getName(), entry.getUnixMode());
            try (InputStream in = zip.getInputStream(entry)) {
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    left -= count;
                    if (left < 0) {
                        throw new BadArchiveException(
                                "the archive's content is larger than " + MAX_CONTENT + " bytes");
                    }
                    digester.update(buffer, count);
                }
            } catch (IOException | RuntimeException e) {
                throw new BadArchiveException("an entry can't be read", e);
            }
            digester.end();
        }
        if (withFolder) {
            digester.begin(SignatureForm.FOLDER, FOLDER_MODE);
            digester.end();
        }
        return digester.digests();
    }

    /**
     * Writes a copy with the signature added. Entries are copied as they are; times are fixed, so
     * that equal archives with equal signatures have equal bytes.
     *
     * @param signature of {@link #digestsToSign}
     */
    public void writeSigned(OutputStream target, byte[] signature)
            throws IOException, BadArchiveException {
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(target)) {
            for (ZipArchiveEntry entry : entries) {
                try (InputStream raw = zip.getRawInputStream(entry)) {
                    if (raw == null) {
                        throw new BadArchiveException("an entry can't be copied");
                    }
                    out.addRawArchiveEntry(entry, raw);
                }
            }
            if (lacksFolder()) {
                add(out, SignatureForm.FOLDER, FOLDER_MODE, new byte[0]);
            }
            add(out, SignatureForm.ENTRY, FILE_MODE, signature);
        }
    }

    private static void add(ZipArchiveOutputStream out, String name, int mode, byte[] content)
            throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setUnixMode(mode);
        entry.setSize(content.length);
        entry.setMethod(content.length == 0 ? ZipEntry.STORED : ZipEntry.DEFLATED);
        entry.setCrc(0);
        // The epoch of zip's own times, in every time zone.
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
