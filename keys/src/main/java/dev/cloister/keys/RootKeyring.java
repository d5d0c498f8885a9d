package dev.cloister.keys;

import dev.cloister.storage.DataKey;
import dev.cloister.storage.Database;
import dev.cloister.storage.EncryptionContext;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.KeyUnavailableException;
import dev.cloister.storage.Migration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of all accounts, in memory, stored under the root key. Thread-safe.
 *
 * <p>A wrapped data key is: version 1 (1 byte), id of the account's key (16), nonce (12),
 * AES-256-GCM ciphertext (32) and tag (16). The tag covers version, id and encryption context.
 *
 * <p>An account's key is made, and durable, at its first use: {@link #generateDataKey} may write to
 * the database and must not be called from the work of a {@link Database#write}. {@link #unwrap}
 * never touches the database.
 */
public final class RootKeyring implements EnvelopeKeys {
    private static final Logger log = LoggerFactory.getLogger(RootKeyring.class);

    private static final byte VERSION = 1;
    private static final int HEAD_BYTES = 1 + 2 * Long.BYTES;
    private static final String ALIAS_FORM = "alias/[a-zA-Z0-9/_-]{1,250}";

    private final RootKey root;
    private final KeyTable table;
    private final SecureRandom random;
    private final Map<UUID, SecretKey> byId = new ConcurrentHashMap<>();
    private final Map<KeyRef, UUID> byName = new ConcurrentHashMap<>();
    private final Object making = new Object();

    private RootKeyring(RootKey root, KeyTable table, SecureRandom random) {
        this.root = root;
        this.table = table;
        this.random = random;
    }

    /** The tables that the keyring needs. */
    public static Migration migration() {
        return KeyTable.migration();
    }

    /**
     * Opens the keyring; makes the root key file at the first start, when neither it nor any key
     * exists.
     *
     * @throws RootKeyException if the root key file is missing although keys exist, is not the one
     *     of this database, is damaged, or can be read by others
     */
    public static RootKeyring open(Path rootKeyFile, Database database) {
        return open(RootKeyPlace.of(rootKeyFile), database);
    }

    /**
     * As {@link #open(Path, Database)}, with a root key that may be sealed by an outside key: that
     * one is asked once, here.
     *
     * @throws RootKeyException also if the outside key can't be asked or refuses, or the root key
     *     is not where it shall be
     */
    public static RootKeyring open(RootKeyPlace place, Database database) {
        Path rootKeyFile = place.file();
        SecureRandom random = new SecureRandom();
        KeyTable table = new KeyTable(database);
        List<KeyTable.Row> rows = table.all();
        RootKeyRotation.settle(rootKeyFile, rows);
        RootKey root;
        if (Files.exists(rootKeyFile, LinkOption.NOFOLLOW_LINKS)) {
            requirePlace(place);
            root = RootKeyFile.read(rootKeyFile);
        } else if (rows.isEmpty()) {
            root = RootKeyFile.create(rootKeyFile, random, place.sealedBy());
            log.info("made the root key {} in {}: keep a copy apart", root.id(), rootKeyFile);
        } else {
            throw new RootKeyException(
                    ("the root key file %s is missing, and the database holds %d keys that only it"
                                    + " can open. Restore it from a backup: without it, what is"
                                    + " encrypted stays so for ever")
                            .formatted(rootKeyFile, rows.size()));
        }
        RootKeyring keyring = new RootKeyring(root, table, random);
        rows.forEach(row -> keyring.load(row, rootKeyFile));
        return keyring;
    }

    /** The settings and the file have to agree on who seals the key. */
    private static void requirePlace(RootKeyPlace place) {
        Optional<Path> by = RootKeyFile.sealed(place.file()).map(SealedRootKeyFile::by);
        if (!by.equals(place.sealedBy())) {
            throw new RootKeyException(
                    "the root key in %s is %s, and the setting keys.root-key says %s: correct the setting, or move the key with 'cloister keys rotate-root'"
                            .formatted(
                                    place.file(),
                                    by.map(path -> "sealed by the key in " + path)
                                            .orElse("in the file itself"),
                                    place.sealedBy().map(Path::toString).orElse("file")));
        }
    }

    private void load(KeyTable.Row row, Path rootKeyFile) {
        if (!row.rootKeyId().equals(root.id())) {
            throw new RootKeyException(
                    ("the root key file %s holds the root key %s, and the keys in the database were"
                                    + " made under %s: put that file back")
                            .formatted(rootKeyFile, root.id(), row.rootKeyId()));
        }
        try {
            byte[] key =
                    KeyWrap.unwrap(root.key(), row.wrapped(), associatedData(row.id(), row.name()));
            admit(row.id(), row.name(), key);
        } catch (AEADBadTagException e) {
            throw new RootKeyException(
                    "the key %s (%s of account %s) in the database is damaged: restore a backup"
                            .formatted(row.id(), row.name().alias(), row.name().account()),
                    e);
        }
    }

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext) {
        UUID id = byName.get(key);
        if (id == null) {
            id = make(key);
        }
        byte[] head = head(id);
        byte[] plaintext = new byte[KeyWrap.KEY_BYTES];
        random.nextBytes(plaintext);
        byte[] wrapped =
                KeyWrap.wrap(secret(id), plaintext, covered(head, encryptionContext), random);
        DataKey dataKey =
                new DataKey(
                        plaintext,
                        ByteBuffer.allocate(head.length + wrapped.length)
                                .put(head)
                                .put(wrapped)
                                .array());
        Arrays.fill(plaintext, (byte) 0);
        return dataKey;
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext) {
        if (wrapped.length != HEAD_BYTES + KeyWrap.WRAPPED_BYTES || wrapped[0] != VERSION) {
            throw new KeyUnavailableException("a wrapped data key was changed: not its form");
        }
        byte[] head = Arrays.copyOf(wrapped, HEAD_BYTES);
        ByteBuffer in = ByteBuffer.wrap(wrapped, 1, HEAD_BYTES - 1);
        UUID id = new UUID(in.getLong(), in.getLong());
        try {
            byte[] plaintext =
                    KeyWrap.unwrap(
                            secret(id),
                            Arrays.copyOfRange(wrapped, HEAD_BYTES, wrapped.length),
                            covered(head, encryptionContext));
            DataKey dataKey = new DataKey(plaintext, wrapped);
            Arrays.fill(plaintext, (byte) 0);
            return dataKey;
        } catch (AEADBadTagException e) {
            throw new KeyUnavailableException(
                    "a data key under the key %s was changed, or wrapped for another context than %s"
                            .formatted(id, encryptionContext),
                    e);
        }
    }

    private SecretKey secret(UUID id) {
        SecretKey key = byId.get(id);
        if (key == null) {
            throw new KeyUnavailableException("there is no key " + id + " in this installation");
        }
        return key;
    }

    /** Makes the key of a name; it is in the database before anything is encrypted under it. */
    private UUID make(KeyRef name) {
        if (!name.account().matches("[0-9]{12}") || !name.alias().matches(ALIAS_FORM)) {
            throw new IllegalArgumentException("not an account and an alias: " + name);
        }
        synchronized (making) {
            UUID known = byName.get(name);
            if (known != null) {
                return known;
            }
            UUID id = UUID.randomUUID();
            byte[] key = new byte[KeyWrap.KEY_BYTES];
            random.nextBytes(key);
            byte[] wrapped = KeyWrap.wrap(root.key(), key, associatedData(id, name), random);
            table.insert(new KeyTable.Row(id, name, root.id(), wrapped));
            admit(id, name, key);
            return id;
        }
    }

    private void admit(UUID id, KeyRef name, byte[] key) {
        byId.put(id, new SecretKeySpec(key, "AES"));
        byName.put(name, id);
        Arrays.fill(key, (byte) 0);
    }

    private static byte[] head(UUID id) {
        return ByteBuffer.allocate(HEAD_BYTES)
                .put(VERSION)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static byte[] covered(byte[] head, Map<String, String> context) {
        byte[] label = "cloister data key".getBytes(StandardCharsets.US_ASCII);
        byte[] canonical = EncryptionContext.canonical(context);
        return ByteBuffer.allocate(label.length + head.length + canonical.length)
                .put(label)
                .put(head)
                .put(canonical)
                .array();
    }

    static byte[] associatedData(UUID id, KeyRef name) {
        return EncryptionContext.canonical(
                Map.of(
                        "purpose", "cloister account key",
                        "id", id.toString(),
                        "account", name.account(),
                        "alias", name.alias()));
    }

    @Override
    public String toString() {
        return "RootKeyring[" + root.id() + ", " + byId.size() + " keys]";
    }
}
