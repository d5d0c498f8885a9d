package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;

/** Where layers' archives are checked and kept, once per account. Thread-safe. */
public interface LayerArchives {

    /**
     * Checks an archive and names it.
     *
     * @throws dev.cloister.api.AwsError if it must not be used
     */
    LayerArchive check(byte[] zip);

    /**
     * Stores a checked archive; close the result when the version that needs it is visible, or has
     * failed to become so.
     *
     * @throws dev.cloister.api.AwsError if it can't be stored
     */
    Kept store(AccountId account, LayerArchive archive, byte[] zip);

    /** Removes an archive unless something needs it. */
    void collect(AccountId account, LayerArchive archive);

    /** Keeps an archive while it is open. */
    interface Kept extends AutoCloseable {
        @Override
        void close();
    }
}
