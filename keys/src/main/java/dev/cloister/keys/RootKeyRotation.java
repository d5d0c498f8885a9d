package dev.cloister.keys;

import dev.cloister.storage.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a new root key in the place of the old one. Only the accounts' keys are wrapped again: they
 * stay what they are, and with them everything that is encrypted under them.
 *
 * <p>A crash at any moment leaves an installation that opens. The new key is durable beside the old
 * one ({@code root.key.next}) before the database changes in one transaction; whichever of the two
 * the database then names is the root key, and {@link #settle} makes the files say so. The old key
 * stays as {@code root.key.retired-ID}, for backups that were made under it.
 */
public final class RootKeyRotation {
    private static final Logger log = LoggerFactory.getLogger(RootKeyRotation.class);

    private RootKeyRotation() {}

    /** What a rotation did. */
    public record Rotated(String newId, Path retired, int keys) {}

    /**
     * Rotates; no server may use the database meanwhile.
     *
     * @throws RootKeyException if the root key can't be read, or a key in the database can't be
     *     opened; nothing has changed then
     */
    public static Rotated rotate(RootKeyPlace place, Database database) {
        Path rootKeyFile = place.file();
        KeyTable table = new KeyTable(database);
        List<KeyTable.Row> rows = table.all();
        settle(rootKeyFile, rows);
        RootKey old = RootKeyFile.read(rootKeyFile);
        SecureRandom random = new SecureRandom();
        Path nextFile = nextFile(rootKeyFile);
        RootKey next = RootKeyFile.create(nextFile, random, place.sealedBy());
        List<KeyTable.Row> fresh =
                rows.stream().map(row -> rewrap(row, old, next, random)).toList();
        table.rewrap(fresh);
        Path retired = RootKeyFile.replace(rootKeyFile, old.id(), nextFile);
        log.info("rotated the root key: {} retired, {} in use", old.id(), next.id());
        return new Rotated(next.id(), retired, fresh.size());
    }

    /**
     * Seals the root key anew under the newest version of the outside key that seals it, for when
     * that one has been rotated. The root key stays what it is.
     *
     * @throws RootKeyException if no outside key seals it, or it refuses; nothing has changed then
     */
    public static void reseal(RootKeyPlace place) {
        RootKeyFile.reseal(place.file());
    }

    private static KeyTable.Row rewrap(
            KeyTable.Row row, RootKey old, RootKey next, SecureRandom random) {
        if (!row.rootKeyId().equals(old.id())) {
            throw new RootKeyException(
                    "the key %s in the database was made under the root key %s, not under %s"
                            .formatted(row.id(), row.rootKeyId(), old.id()));
        }
        byte[] bound = RootKeyring.associatedData(row.id(), row.name());
        try {
            byte[] key = KeyWrap.unwrap(old.key(), row.wrapped(), bound);
            byte[] wrapped = KeyWrap.wrap(next.key(), key, bound, random);
            Arrays.fill(key, (byte) 0);
            return new KeyTable.Row(row.id(), row.name(), next.id(), wrapped);
        } catch (AEADBadTagException e) {
            throw new RootKeyException(
                    "the key %s in the database is damaged: restore a backup".formatted(row.id()),
                    e);
        }
    }

    /** Ends a rotation that was cut off: forward if the database has the new key, else back. */
    static void settle(Path rootKeyFile, List<KeyTable.Row> rows) {
        Path nextFile = nextFile(rootKeyFile);
        if (!Files.exists(nextFile) || !Files.exists(rootKeyFile)) {
            return;
        }
        String next = RootKeyFile.id(nextFile);
        boolean done =
                !rows.isEmpty() && rows.stream().allMatch(row -> row.rootKeyId().equals(next));
        if (done) {
            Path retired = RootKeyFile.replace(rootKeyFile, RootKeyFile.id(rootKeyFile), nextFile);
            log.info("ended a rotation of the root key that was cut off; the old one: {}", retired);
        } else {
            RootKeyFile.delete(nextFile);
            log.info("took back a rotation of the root key that was cut off");
        }
    }

    static Path nextFile(Path rootKeyFile) {
        return rootKeyFile.resolveSibling(rootKeyFile.getFileName() + ".next");
    }
}
