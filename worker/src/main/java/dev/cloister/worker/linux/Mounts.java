package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** mount(2) and umount2(2), in the mount namespace of the calling thread. */
public final class Mounts {
    public static final int READ_ONLY = 1;
    public static final int NO_SUID = 2;
    public static final int NO_DEV = 4;
    public static final int NO_EXEC = 8;
    public static final int NO_ATIME = 1024;
    private static final int REMOUNT = 32;
    private static final int BIND = 4096;
    private static final int RECURSIVE = 16384;
    private static final int PRIVATE = 1 << 18;
    private static final int SLAVE = 1 << 19;
    private static final int SHARED = 1 << 20;
    private static final int DETACH = 2;
    private static final int NO_FOLLOW = 8;

    private Mounts() {}

    /** Mounts a file system. */
    public static void mount(String source, Path target, String type, int flags, String options) {
        call("Mount " + type + " " + source, source, target.toString(), type, flags, options);
    }

    /** Makes a folder or file appear a second time; with flags, as seen through the new place. */
    public static void bind(Path source, Path target, int flags) {
        call("Bind " + source, source.toString(), target.toString(), "", BIND, "");
        if (flags != 0) {
            int all = BIND | REMOUNT | flags;
            call("Set flags of", "", target.toString(), "", all, "");
        }
    }

    /** What is mounted below {@code target} later appears in its copies too. */
    public static void share(Path target) {
        call("Share mounts of", "", target.toString(), "", SHARED, "");
    }

    /** What is mounted below {@code target} later appears nowhere else. */
    public static void makePrivate(Path target) {
        call("Make private", "", target.toString(), "", PRIVATE, "");
    }

    /** The calling thread's mounts follow those they are copies of, and not the other way round. */
    static void followOnly() {
        call("Follow the host's mounts", "", "/", "", SLAVE | RECURSIVE, "");
    }

    /** Unmounts; {@link Errno#EBUSY} if it is in use. */
    public static void unmount(Path target) {
        unmount(target, NO_FOLLOW);
    }

    /** Takes the mount out of sight at once; it ends when its last user has ended. */
    public static void detach(Path target) {
        unmount(target, DETACH | NO_FOLLOW);
    }

    private static void unmount(Path target, int flags) {
        // SAFETY: umount2 reads one C string, alive until the arena closes.
        try (Arena arena = Arena.ofConfined()) {
            Libc.call(
                    "Unmount " + target,
                    Syscall.UMOUNT2,
                    arena.allocateFrom(target.toString()).address(),
                    flags);
        }
    }

    private static void call(
            String attempt, String source, String target, String type, int flags, String options) {
        // SAFETY: mount reads up to four C strings, alive until the arena closes; the kernel copies
        // at most a page of the options, and reads none beyond the terminating zero.
        try (Arena arena = Arena.ofConfined()) {
            Libc.call(
                    attempt + " on " + target,
                    Syscall.MOUNT,
                    orNull(arena, source),
                    orNull(arena, target),
                    orNull(arena, type),
                    flags,
                    orNull(arena, options));
        }
    }

    private static long orNull(Arena arena, String text) {
        return text.isEmpty() ? 0 : pageSafe(arena, text).address();
    }

    /** The kernel may read a whole page from here; give it one. */
    private static MemorySegment pageSafe(Arena arena, String text) {
        MemorySegment page = arena.allocate(Math.max(4096, text.length() * 3L + 1), 8);
        page.setString(0, text);
        return page;
    }
}
