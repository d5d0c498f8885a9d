package dev.cloister.observe.logs;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the segments within their bounds: a group's bytes, everybody's bytes, and retention. Who
 * writes more than its share pays with its own oldest events. Thread-safe; called without a group's
 * lock.
 */
final class DiskBounds {
    private static final Logger LOG = LoggerFactory.getLogger(DiskBounds.class);

    private final LogContext context;
    private final GroupLogs groups;
    private final ReentrantLock evicting = new ReentrantLock();

    DiskBounds(LogContext context, GroupLogs groups) {
        this.context = context;
        this.groups = groups;
    }

    /** Removes what is too much after a group has grown. */
    void enforce(GroupLog grown) {
        try {
            while (grown.storedBytes() > context.settings().groupBytes()
                    && grown.dropOldestSegment()) {
                LOG.debug("{} is at its bound: removed its oldest segment", grown.name().arn());
            }
            enforceTotal();
        } catch (IOException e) {
            throw new LogStoreException("can't remove a segment of " + grown.name().arn(), e);
        }
    }

    /** Removes the segments all of whose events are older than their group's retention. */
    void enforceRetention() {
        for (GroupInfo info : context.tables().groups().expiring()) {
            Duration retention = Duration.ofDays(info.retentionDays().orElseThrow());
            long before = context.clock().millis() - retention.toMillis();
            boolean any =
                    context.tables().segments().of(info.id()).stream()
                            .anyMatch(s -> s.chunks() > 0 && s.maxEventMillis() < before);
            Optional<GroupLog> group = any ? groups.find(info.name()) : Optional.empty();
            if (group.isPresent()) {
                try {
                    group.get().dropExpired(before);
                } catch (IOException e) {
                    throw new LogStoreException(
                            "can't remove an expired segment of " + info.name().arn(), e);
                }
            }
        }
    }

    private void enforceTotal() throws IOException {
        if (context.pending().diskBytes().get() <= context.settings().totalBytes()) {
            return;
        }
        evicting.lock();
        try {
            while (context.pending().diskBytes().get() > context.settings().totalBytes()) {
                context.saver().save();
                Optional<GroupLog> largest =
                        context.tables().segments().largestGroup().flatMap(groups::find);
                if (largest.isEmpty() || !largest.get().dropOldestSegment()) {
                    return;
                }
                LOG.debug("removed the oldest segment of {}", largest.get().name().arn());
            }
        } finally {
            evicting.unlock();
        }
    }
}
