package dev.cloister.observe.logs;

/**
 * Gives ids that were never used, from blocks reserved in the database: a chunk that outlives its
 * stream can't become another stream's. Thread-safe.
 */
final class IdBlocks {
    private static final long BLOCK = 100_000;

    private final LogTables tables;
    private long next;
    private long end;

    IdBlocks(LogTables tables) {
        this.tables = tables;
    }

    synchronized long next() {
        if (next == end) {
            next = tables.segments().reserveIds(BLOCK);
            end = next + BLOCK;
        }
        return next++;
    }
}
