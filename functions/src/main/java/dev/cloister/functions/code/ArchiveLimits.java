package dev.cloister.functions.code;

/**
 * What an archive may hold.
 *
 * @param maxZipped bytes of the archive (AWS: 52428800)
 * @param maxUnzipped bytes of all its files (AWS: 262144000)
 * @param maxEntries entries and implied folders; AWS states none, this bounds memory (65535 is the
 *     most that a zip without zip64 can count)
 * @param maxDirectory bytes of its central directory, which is read before anything else
 */
public record ArchiveLimits(long maxZipped, long maxUnzipped, int maxEntries, int maxDirectory) {
    public static final ArchiveLimits DEFAULTS =
            new ArchiveLimits(52_428_800, 262_144_000, 65_535, 16 << 20);
}
