package dev.cloister.observe;

import java.time.Duration;

/**
 * The bounds of the log store.
 *
 * @param totalBytes segment bytes on disk that the installation keeps; above it the oldest segment
 *     of the largest group of the account that holds most goes first
 * @param groupBytes segment bytes that one group keeps; above it its oldest segment goes
 * @param segmentBytes size at which a group's segment is sealed and the next begins
 * @param segmentAge age at which a segment is sealed, so that retention can remove it whole
 * @param streamBufferBytes appended bytes that a stream holds in memory before its writer has to
 *     write them out itself
 * @param bufferBytes appended bytes that all streams together hold in memory before whoever appends
 *     has to write out what it appended
 * @param streamBytesPerSecond sustained rate of one writer; a faster one is made to wait (AWS's
 *     PutLogEvents took 5 requests of 1 MiB a second for a stream)
 * @param flushInterval longest time that an appended event is in memory only
 * @param syncInterval longest time that written events wait for an fdatasync
 * @param sweepInterval time between two checks of retention
 * @param openFiles segments kept open for writing, and the number of readers at a time
 * @param groupsPerRegion log groups that an account may have in a region
 */
public record LogSettings(
        long totalBytes,
        long groupBytes,
        int segmentBytes,
        Duration segmentAge,
        int streamBufferBytes,
        long bufferBytes,
        long streamBytesPerSecond,
        Duration flushInterval,
        Duration syncInterval,
        Duration sweepInterval,
        int openFiles,
        int groupsPerRegion) {
    private static final int MIB = 1 << 20;

    public LogSettings {
        atLeast("segmentBytes", segmentBytes, 4096);
        atLeast("groupBytes", groupBytes, segmentBytes);
        atLeast("totalBytes", totalBytes, segmentBytes);
        atLeast("streamBufferBytes", streamBufferBytes, 1024);
        atLeast("bufferBytes", bufferBytes, streamBufferBytes);
        atLeast("streamBytesPerSecond", streamBytesPerSecond, 1024);
        atLeast("openFiles", openFiles, 1);
        atLeast("groupsPerRegion", groupsPerRegion, 1);
        atLeast("segmentAge in seconds", segmentAge.toSeconds(), 1);
        atLeast("flushInterval in ms", flushInterval.toMillis(), 1);
        atLeast("syncInterval in ms", syncInterval.toMillis(), 1);
        atLeast("sweepInterval in ms", sweepInterval.toMillis(), 1);
    }

    /**
     * 1 GiB for the installation, 256 MiB a group, 32 MiB of memory, at most a second unwritten.
     */
    public static LogSettings defaults() {
        return new LogSettings(
                1024L * MIB,
                256L * MIB,
                8 * MIB,
                Duration.ofDays(1),
                64 << 10,
                32L * MIB,
                5L * MIB,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                64,
                10_000);
    }

    /** The same with other bounds on disk. */
    public LogSettings withDisk(long total, long group, int segment) {
        return new LogSettings(
                total,
                group,
                segment,
                segmentAge,
                streamBufferBytes,
                bufferBytes,
                streamBytesPerSecond,
                flushInterval,
                syncInterval,
                sweepInterval,
                openFiles,
                groupsPerRegion);
    }

    /** The same with other bounds in memory and another rate. */
    public LogSettings withBuffers(int stream, long all, long bytesPerSecond) {
        return new LogSettings(
                totalBytes,
                groupBytes,
                segmentBytes,
                segmentAge,
                stream,
                all,
                bytesPerSecond,
                flushInterval,
                syncInterval,
                sweepInterval,
                openFiles,
                groupsPerRegion);
    }

    /** The same with other intervals. */
    public LogSettings withIntervals(Duration flush, Duration sync, Duration sweep) {
        return new LogSettings(
                totalBytes,
                groupBytes,
                segmentBytes,
                segmentAge,
                streamBufferBytes,
                bufferBytes,
                streamBytesPerSecond,
                flush,
                sync,
                sweep,
                openFiles,
                groupsPerRegion);
    }

    /** The same with another bound on open files. */
    public LogSettings withOpenFiles(int files) {
        return new LogSettings(
                totalBytes,
                groupBytes,
                segmentBytes,
                segmentAge,
                streamBufferBytes,
                bufferBytes,
                streamBytesPerSecond,
                flushInterval,
                syncInterval,
                sweepInterval,
                files,
                groupsPerRegion);
    }

    /** The same with another bound on groups. */
    public LogSettings withGroupsPerRegion(int groups) {
        return new LogSettings(
                totalBytes,
                groupBytes,
                segmentBytes,
                segmentAge,
                streamBufferBytes,
                bufferBytes,
                streamBytesPerSecond,
                flushInterval,
                syncInterval,
                sweepInterval,
                openFiles,
                groups);
    }

    private static void atLeast(String setting, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "logs: " + setting + " is " + value + ", has to be at least " + least);
        }
    }
}
