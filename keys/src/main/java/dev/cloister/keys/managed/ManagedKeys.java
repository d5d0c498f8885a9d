package dev.cloister.keys.managed;

import dev.cloister.keys.KeyAccess;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The KMS keys of all accounts: puts the parts together. Thread-safe. Nothing here may be called
 * from the work of a {@link Database#write}.
 */
public final class ManagedKeys implements AutoCloseable {
    private final Deadlines deadlines;
    private final KeyUseLog uses;
    private final Lifecycle lifecycle;
    private final Aliases aliases;
    private final Tags tags;
    private final Grants grants;
    private final Rotations rotations;
    private final Imports imports;
    private final Encryption encryption;
    private final KeyDirectory directory;
    private final Signing signing;

    /**
     * Opens them.
     *
     * @param envelope under the installation's root key
     */
    public ManagedKeys(
            Database database,
            Envelope envelope,
            KeyAccess access,
            InstantSource clock,
            SecureRandom random) {
        this.uses = new KeyUseLog(database, clock);
        Materials materials = new Materials(database, envelope, random);
        this.deadlines = new Deadlines(database, materials, clock);
        ServiceKeys services = new ServiceKeys(database, materials, clock);
        this.directory = new KeyDirectory(database, deadlines, services, clock);
        KeyGate gate = new KeyGate(database, directory, access);
        this.lifecycle = new Lifecycle(database, gate, materials, clock);
        this.aliases = new Aliases(database, gate, clock);
        this.tags = new Tags(database, gate);
        this.grants = new Grants(database, gate, clock, random);
        this.rotations = new Rotations(database, gate, materials, clock);
        this.imports = new Imports(database, gate, materials, envelope, clock, random);
        this.encryption = new Encryption(directory, gate, materials, random);
        this.signing = new Signing(gate, materials);
    }

    /** The tables that the keys need. */
    public static Migration migration() {
        return KeyTables.MIGRATION;
    }

    /** Begins to settle what falls due while nobody asks for it. */
    public void start() {
        deadlines.start();
    }

    /** The policy of the key of an ARN, for the owner of the installation. */
    public Optional<String> policy(String arn) {
        return directory
                .find(arn.substring(arn.lastIndexOf('/') + 1))
                .filter(key -> key.arn().equals(arn))
                .map(ManagedKey::policy);
    }

    public Lifecycle lifecycle() {
        return lifecycle;
    }

    public Aliases aliases() {
        return aliases;
    }

    public Tags tags() {
        return tags;
    }

    public Grants grants() {
        return grants;
    }

    public Rotations rotations() {
        return rotations;
    }

    public Imports imports() {
        return imports;
    }

    public Encryption encryption() {
        return encryption;
    }

    public Signing signing() {
        return signing;
    }

    public KeyUseLog uses() {
        return uses;
    }

    @Override
    public void close() {
        deadlines.close();
        uses.close();
    }
}
