package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor, closed once. Thread-safe, except that nobody may use it once closed. */
public final class Fd implements AutoCloseable {
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_DIRECTORY = Libc.X86 ? 0x10000 : 0x4000;
    public static final int O_PATH = 0x200000;
    private static final int FIONREAD = 0x541b;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final long AT_FDCWD = -100;
    private static final int MFD_CLOEXEC = 1;

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    Fd(long number) {
        this.number = Math.toIntExact(number);
    }

    /** Opens a file, close-on-exec. */
    public static Fd open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return new Fd(
                    Libc.retrying(
                            "Open " + path,
                            Syscall.OPENAT,
                            AT_FDCWD,
                            arena.allocateFrom(path).address(),
                            flags | O_CLOEXEC));
        }
    }

    /** A pipe, both ends close-on-exec. */
    public static Pipe pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Libc.call("Make a pipe", Syscall.PIPE2, ends.address(), O_CLOEXEC);
            return new Pipe(
                    new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 0)),
                    new Fd(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    /** An anonymous file in memory, close-on-exec. */
    public static Fd memory(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return new Fd(
                    Libc.call(
                            "Make a file in memory",
                            Syscall.MEMFD_CREATE,
                            arena.allocateFrom(name).address(),
                            MFD_CLOEXEC));
        }
    }

    /**
     * The two ends of a pipe.
     *
     * @param read where the bytes come out
     * @param write where the bytes go in
     */
    public record Pipe(Fd read, Fd write) implements AutoCloseable {
        @Override
        public void close() {
            read.close();
            write.close();
        }
    }

    public int number() {
        return number;
    }

    /** Names the open file for NIO, for other processes and for mount(2). */
    public Path path() {
        return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + number);
    }

    /**
     * Reads what is there into {@code buffer}.
     *
     * @return how many bytes; 0 at the end; -1 if a non-blocking descriptor has none now
     */
    public int read(MemorySegment buffer) {
        long count;
        do {
            count = Libc.raw(Syscall.READ, number, buffer.address(), buffer.byteSize());
        } while (count == -Errno.EINTR);
        if (count == -Errno.EAGAIN) {
            return -1;
        }
        if (count < 0) {
            throw new LinuxException("Read from descriptor " + number, (int) -count);
        }
        return (int) count;
    }

    /** Everything from the start of a file, up to {@code limit} bytes. */
    public byte[] readAll(int limit) {
        Libc.call("Rewind a file", Syscall.LSEEK, number, 0, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(limit);
            int length = 0;
            while (length < limit) {
                int count = read(buffer.asSlice(length));
                if (count <= 0) {
                    break;
                }
                length += count;
            }
            return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Writes all of {@code bytes} to a file and leaves its position at the start. */
    public void writeAll(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            long done = 0;
            while (done < bytes.length) {
                done +=
                        Libc.retrying(
                                "Write to descriptor " + number,
                                Syscall.WRITE,
                                number,
                                data.address() + done,
                                bytes.length - done);
            }
        }
        Libc.call("Rewind a file", Syscall.LSEEK, number, 0, 0);
    }

    /** Gives the open file (a pipe's end, say) to a user. */
    public void owner(int user, int group) {
        Libc.call("Change the owner of a file", Syscall.FCHOWN, number, user, group);
    }

    /** How many bytes wait to be read from a pipe: FIONREAD, ioctl_tty(2). */
    public int unread() {
        // SAFETY: FIONREAD writes one int, which the segment has room for.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            ioctl("Count unread bytes", FIONREAD, count);
            return count.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** ioctl(2) with a structure; returns the call's result. */
    long ioctl(String attempt, long request, MemorySegment argument) {
        return Libc.call(attempt, Syscall.IOCTL, number, request, argument.address());
    }

    /** ioctl(2) with a number; returns the call's result. */
    long ioctl(String attempt, long request, long argument) {
        return Libc.call(attempt, Syscall.IOCTL, number, request, argument);
    }

    static long nonBlocking() {
        return O_NONBLOCK;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // close(2) frees the descriptor whatever it answers; there is nothing to do about it.
            var _ = Libc.raw(Syscall.CLOSE, number);
        }
    }

    @Override
    public String toString() {
        return "Fd[" + number + "]";
    }
}
