package dev.cloister.functions.code;

/**
 * What an archive may hold.
 *
 * @param maxZipped bytes of the archive (AWS: 52428800)
 * @param maxUnzipped bytes of all its files (AWS: 262144000)
 * @param maxEntries entries of its directory; AWS states none, this bounds memory
 * @param maxDirectory bytes of its central directory, which is read before anything else
 */
public record ArchiveLimits(long maxZipped, long maxUnzipped, int maxEntries, int maxDirectory) {
    public static final ArchiveLimits DEFAULTS =
            new ArchiveLimits(52_428_800, 262_144_000, 200_000, 32 << 20);
}
