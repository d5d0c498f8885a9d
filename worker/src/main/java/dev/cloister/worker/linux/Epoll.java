package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** epoll(7). {@link #await} is one thread's; the other calls are thread-safe. */
final class Epoll implements AutoCloseable {
    static final int IN = 1;
    static final int ONE_SHOT = 1 << 30;
    private static final long CLOEXEC = 0x80000;
    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int CHANGE = 3;
    private static final int MAX_EVENTS = 64;

    /** struct epoll_event is packed on x86-64 alone. */
    private static final long DATA_OFFSET = Libc.X86 ? 4 : 8;

    private static final long EVENT_SIZE = DATA_OFFSET + 8;

    private final Fd epoll = new Fd(Libc.call("Make an epoll", Syscall.EPOLL_CREATE1, CLOEXEC));
    private final Arena arena = Arena.ofShared();
    private final MemorySegment events =
            arena.allocate(
                    MemoryLayout.sequenceLayout(MAX_EVENTS * EVENT_SIZE, ValueLayout.JAVA_BYTE));

    /** Watches {@code fd}; {@code key} comes back from {@link #await}. */
    void add(Fd fd, int interest, long key) {
        control(ADD, fd, interest, key);
    }

    /** Watches again what was watched once. */
    void change(Fd fd, int interest, long key) {
        control(CHANGE, fd, interest, key);
    }

    void remove(Fd fd) {
        control(REMOVE, fd, 0, 0);
    }

    private void control(int operation, Fd fd, int interest, long key) {
        // SAFETY: one struct epoll_event, alive over the call.
        try (Arena call = Arena.ofConfined()) {
            MemorySegment event = call.allocate(16);
            event.set(ValueLayout.JAVA_INT, 0, interest);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_OFFSET, key);
            Libc.call(
                    "Watch " + fd,
                    Syscall.EPOLL_CTL,
                    epoll.number(),
                    operation,
                    fd.number(),
                    event.address());
        }
    }

    /** The keys of what has become ready, at least one. */
    List<Long> await() {
        // SAFETY: room for MAX_EVENTS structures, alive until close, used by one thread.
        long count =
                Libc.retrying(
                        "Wait for events",
                        Syscall.EPOLL_PWAIT,
                        epoll.number(),
                        events.address(),
                        MAX_EVENTS,
                        -1,
                        0,
                        8);
        List<Long> keys = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            keys.add(events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * EVENT_SIZE + DATA_OFFSET));
        }
        return keys;
    }

    @Override
    public void close() {
        epoll.close();
        arena.close();
    }
}
