package dev.cloister.worker.sandbox;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands out host user numbers, two to a sandbox, never two sandboxes alike while both live.
 * Thread-safe. Goes round the whole range before it uses a number again.
 */
final class HostIds {
    private final int first;
    private final int slots;
    private final BitSet taken;
    private final ReentrantLock lock = new ReentrantLock();
    private int next;

    HostIds(int first, int slots) {
        this.first = first;
        this.slots = slots;
        this.taken = new BitSet(slots);
    }

    /**
     * The numbers of one sandbox; groups are numbered like users.
     *
     * @param index 0 to the number of sandboxes, unique among the living
     * @param root what user 0 inside is on the host
     * @param user what user 993 inside is on the host
     */
    record Ids(int index, int root, int user) {}

    Ids take() {
        lock.lock();
        try {
            int free = taken.nextClearBit(next);
            if (free >= slots) {
                free = taken.nextClearBit(0);
            }
            if (free >= slots) {
                throw new SandboxException(
                        "All "
                                + slots
                                + " sandboxes of this worker exist already; close some or raise"
                                + " maxSandboxes");
            }
            taken.set(free);
            next = free + 1;
            return new Ids(free, first + 2 * free, first + 2 * free + 1);
        } finally {
            lock.unlock();
        }
    }

    void release(Ids ids) {
        lock.lock();
        try {
            taken.clear(ids.index());
        } finally {
            lock.unlock();
        }
    }
}
