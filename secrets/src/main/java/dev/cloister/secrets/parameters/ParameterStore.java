package dev.cloister.secrets.parameters;

import dev.cloister.secrets.ValueKeys;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import java.time.InstantSource;
import java.util.Map;

/**
 * The parameters of all accounts: puts the parts together. Thread-safe. Nothing here may be called
 * from the work of a {@link Database#write}.
 */
public final class ParameterStore {
    private final Database database;
    private final ParameterWrites writes;
    private final ParameterReads reads;
    private final ParameterLabels labels;
    private final ParameterTags tags;

    /**
     * @param keys for SecureStrings
     * @param own under the accounts' own keys, for all others
     */
    public ParameterStore(Database database, ValueKeys keys, Envelope own, InstantSource clock) {
        this.database = database;
        ParameterSeal seal = new ParameterSeal(keys, own);
        this.writes = new ParameterWrites(database, seal, clock);
        this.reads = new ParameterReads(database, seal);
        this.labels = new ParameterLabels(database);
        this.tags = new ParameterTags(database);
    }

    /** The tables that parameters need. */
    public static Migration migration() {
        return ParameterTables.MIGRATION;
    }

    public ParameterWrites writes() {
        return writes;
    }

    public ParameterReads reads() {
        return reads;
    }

    public ParameterLabels labels() {
        return labels;
    }

    public ParameterTags tags() {
        return tags;
    }

    /** The tags of a parameter; none if there is no such parameter. */
    public Map<String, String> tagsOf(ParameterKey key) {
        return database.read(handle -> ParameterRows.tags(handle, key));
    }
}
