package dev.cloister.observe.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The groups in use, by name. Thread-safe. Its lock is taken before any group's. */
final class GroupLogs {
    private final LogContext context;
    private final Map<GroupName, GroupLog> loaded = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    GroupLogs(LogContext context) {
        this.context = context;
    }

    Optional<GroupLog> find(GroupName name) {
        GroupLog group = loaded.get(name);
        if (group != null) {
            return Optional.of(group);
        }
        lock.lock();
        try {
            GroupLog again = loaded.get(name);
            return again != null
                    ? Optional.of(again)
                    : context.tables().groups().find(name).map(this::load);
        } finally {
            lock.unlock();
        }
    }

    Optional<GroupLog> find(long id) {
        return context.tables().groups().find(id).flatMap(info -> find(info.name()));
    }

    GroupLog findOrAdd(GroupName name) {
        Optional<GroupLog> found = find(name);
        if (found.isPresent()) {
            return found.get();
        }
        add(name, Map.of(), Optional.empty());
        return find(name)
                .orElseThrow(() -> new LogStoreException(name.arn() + " was deleted meanwhile"));
    }

    /** Adds a group; false if there is one of that name. */
    boolean add(GroupName name, Map<String, String> tags, Optional<String> kmsKeyArn) {
        return context.tables()
                .groups()
                .add(
                        context.ids().next(),
                        name,
                        context.clock().millis(),
                        tags,
                        kmsKeyArn,
                        context.settings().groupsPerRegion());
    }

    /** Deletes a group; false if there is none. */
    boolean delete(GroupName name) {
        lock.lock();
        try {
            Optional<GroupLog> group = find(name);
            if (group.isPresent()) {
                loaded.remove(name);
                group.get().delete();
            }
            return group.isPresent();
        } catch (IOException e) {
            throw new LogStoreException(
                    "the log group is deleted, some of its files are not: the next start removes"
                            + " them",
                    e);
        } finally {
            lock.unlock();
        }
    }

    Collection<GroupLog> inUse() {
        return List.copyOf(loaded.values());
    }

    private GroupLog load(GroupInfo info) {
        List<SegmentInfo> segments = new ArrayList<>();
        for (SegmentInfo segment : context.tables().segments().of(info.id())) {
            if (segment.sealed()) {
                segments.add(segment);
            } else {
                recover(info, segment).ifPresent(segments::add);
            }
        }
        GroupLog group = new GroupLog(context, info, segments);
        loaded.put(info.name(), group);
        return group;
    }

    private Optional<SegmentInfo> recover(GroupInfo info, SegmentInfo segment) {
        SegmentRecovery recovery = new SegmentRecovery(context.files());
        Optional<SegmentInfo> found = recovery.recover(info.name(), segment);
        context.tables().streams().widen(recovery.streams());
        long bytes = found.map(SegmentInfo::bytes).orElse(0L);
        context.pending().diskBytes().addAndGet(bytes - segment.bytes());
        if (found.isPresent()) {
            context.saver().changed(found.get());
        } else {
            context.tables().segments().delete(segment.id());
            try {
                context.files().delete(segment);
            } catch (IOException e) {
                throw new LogStoreException(
                        "can't remove " + context.files().path(info.id(), segment.id()), e);
            }
        }
        return found;
    }
}
