package dev.cloister.observe.logs;

import dev.cloister.storage.KeyUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's one thread: writes out what was appended, saves metadata, syncs files, enforces
 * retention. A failure is logged and tried again the next time.
 *
 * <p>Written events survive the death of the process at once, and that of the machine after the
 * sync interval, when a segment is sealed or closed, and when the store is closed.
 */
final class Flusher implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

    private final LogContext context;
    private final GroupLogs groups;
    private final DiskBounds bounds;
    private final OpenFiles open;
    private volatile boolean stopping;
    private long syncedNanos = System.nanoTime();
    private long sweptNanos = System.nanoTime();

    Flusher(LogContext context, GroupLogs groups, DiskBounds bounds, OpenFiles open) {
        this.context = context;
        this.groups = groups;
        this.bounds = bounds;
        this.open = open;
    }

    @Override
    public void run() {
        while (!stopping) {
            LockSupport.parkNanos(context.settings().flushInterval().toNanos());
            attempt("write log events", this::flush);
            if (due(syncedNanos, context.settings().syncInterval())) {
                attempt("sync log segments", this::sync);
                syncedNanos = System.nanoTime();
            }
            if (due(sweptNanos, context.settings().sweepInterval())) {
                attempt("enforce log retention", this::sweep);
                sweptNanos = System.nanoTime();
            }
        }
    }

    /** Ends the loop; whoever stops it then unparks and joins its thread. */
    void stop() {
        stopping = true;
    }

    /** Writes everything appended before the call, and its metadata. */
    void flush() {
        context.saver().save(); // rows of new streams, before chunks that name them
        Set<GroupLog> touched = new HashSet<>();
        RuntimeException failure = null;
        for (StreamLog stream : context.pending().takeUnwritten()) {
            try {
                write(stream);
                touched.add(stream.group());
            } catch (RuntimeException e) {
                context.pending().unwritten(stream);
                failure = e;
            }
        }
        context.saver().save();
        touched.forEach(GroupLog::forgetIdleStreams);
        if (failure != null) {
            throw failure;
        }
    }

    /** Removes what has expired, from disk and from memory. */
    void sweep() {
        bounds.enforceRetention();
        groups.inUse().forEach(GroupLog::forgetIdleStreams);
    }

    /** Writes one stream's events; the bounds hold when it returns. */
    void write(StreamLog stream) {
        GroupLog group = stream.group();
        group.write(stream);
        try {
            open.used(group);
        } catch (IOException e) {
            throw new LogStoreException("can't close the segment of another log group", e);
        }
        bounds.enforce(group);
    }

    /** Makes durable what has been written. */
    void sync() {
        for (GroupLog group : open.all()) {
            try {
                group.sync();
            } catch (IOException e) {
                throw new LogStoreException("can't sync the segment of " + group.name().arn(), e);
            }
        }
    }

    /** Writes and syncs everything and closes the files; closes them also if writing fails. */
    void finish() {
        try {
            flush();
        } catch (KeyUnavailableException e) {
            LOG.error("log events of groups whose KMS key can't be used are lost", e);
        } finally {
            groups.inUse().forEach(Flusher::closeFile);
        }
        context.saver().save();
    }

    private static void closeFile(GroupLog group) {
        try {
            group.closeFile();
        } catch (IOException e) {
            throw new LogStoreException("can't close the segment of " + group.name().arn(), e);
        }
    }

    private static void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("could not {}; trying again", what, e);
        }
    }

    private static boolean due(long sinceNanos, Duration interval) {
        return System.nanoTime() - sinceNanos >= interval.toNanos();
    }
}
