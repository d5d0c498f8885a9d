package dev.cloister.worker.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Processes by pidfd: no signal or wait ever meets a process that has taken over a number. */
public final class Processes {
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int CLD_EXITED = 1;
    private static final int RLIMIT_NOFILE = 7;

    private Processes() {}

    /** Makes this process the parent of orphans among its descendants (prctl(2)). */
    public static void adoptOrphans() {
        Libc.call("Become a subreaper", Syscall.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }

    /** Raises the number of files this process may open to what the host allows it. */
    public static void raiseFileLimit() {
        // SAFETY: prlimit64 reads and writes one struct rlimit64 of two 64-bit numbers.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(ValueLayout.JAVA_LONG, 2);
            String attempt = "Raise the limit of open files";
            Libc.call(attempt, Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limit.address());
            limit.setAtIndex(ValueLayout.JAVA_LONG, 0, limit.getAtIndex(ValueLayout.JAVA_LONG, 1));
            Libc.call(attempt, Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, limit.address(), 0);
        }
    }

    /**
     * Refers to a process for as long as the descriptor is open.
     *
     * @throws LinuxException with {@link Errno#ESRCH} if there is no such process
     */
    public static Fd open(int pid) {
        return new Fd(Libc.call("Open process " + pid, Syscall.PIDFD_OPEN, pid, 0));
    }

    /** Sends a signal; false if the process has ended. */
    public static boolean signal(Fd process, int signal) {
        long result = Libc.raw(Syscall.PIDFD_SEND_SIGNAL, process.number(), signal, 0, 0);
        if (result < 0 && result != -Errno.ESRCH) {
            throw new LinuxException("Send signal " + signal, (int) -result);
        }
        return result == 0;
    }

    /** Kills a process by number; nothing happens if it has ended. */
    public static void kill(int pid) {
        long result = Libc.raw(Syscall.KILL, pid, SIGKILL);
        if (result < 0 && result != -Errno.ESRCH) {
            throw new LinuxException("Kill process " + pid, (int) -result);
        }
    }

    /** Waits until a child has ended and removes it from the table of processes. */
    public static WaitStatus reap(Fd child) {
        // SAFETY: waitid fills one siginfo_t of 128 bytes: si_code at 8, si_status at 24.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(128, 8);
            Libc.retrying(
                    "Wait for a child",
                    Syscall.WAITID,
                    P_PIDFD,
                    child.number(),
                    info.address(),
                    WEXITED,
                    0);
            int status = info.get(ValueLayout.JAVA_INT, 24);
            return info.get(ValueLayout.JAVA_INT, 8) == CLD_EXITED
                    ? new WaitStatus.Exited(status)
                    : new WaitStatus.Signaled(status & 0x7f);
        }
    }

    /** The children of a process's first thread. */
    public static List<Integer> children(int pid) {
        Path file = Path.of("/proc/" + pid + "/task/" + pid + "/children");
        try {
            return Stream.of(Files.readString(file).trim().split(" ", -1))
                    .filter(text -> !text.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
        } catch (IOException e) {
            // The process has ended, so it has no children.
            return List.of();
        }
    }

    /** The arguments of a process, separated by blanks; empty if it has ended. */
    public static Optional<String> commandLine(int pid) {
        try {
            String text = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
            return Optional.of(text.replace('\0', ' ').trim());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Every process of this host. */
    public static List<Integer> all() {
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Integer::valueOf)
                    .toList();
        } catch (IOException e) {
            throw new LinuxException("List /proc: " + e.getMessage());
        }
    }
}
