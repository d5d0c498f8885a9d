package dev.cloister.observe.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** The groups that may have a segment open for writing, least recently used first. Thread-safe. */
final class OpenFiles {
    private final int most;
    private final SequencedSet<GroupLog> groups = new LinkedHashSet<>();

    OpenFiles(int most) {
        this.most = most;
    }

    /** Notes that a group has its file open, and closes the files of others above the bound. */
    void used(GroupLog group) throws IOException {
        for (GroupLog old : noteAndFindSurplus(group)) {
            if (!old.tryCloseFile()) {
                synchronized (groups) {
                    groups.addFirst(old); // busy: the next use tries again
                }
            }
        }
    }

    List<GroupLog> all() {
        synchronized (groups) {
            return List.copyOf(groups);
        }
    }

    private List<GroupLog> noteAndFindSurplus(GroupLog group) {
        synchronized (groups) {
            groups.addLast(group);
            List<GroupLog> surplus = new ArrayList<>();
            while (groups.size() > most) {
                surplus.add(groups.removeFirst());
            }
            return surplus;
        }
    }
}
