package dev.cloister.worker.linux;

/** unshare(2) and setns(2); both change the calling platform thread alone. */
public final class Namespaces {
    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x20000;
    private static final int CLONE_NEWNET = 0x40000000;

    private Namespaces() {}

    /**
     * Gives the calling thread a mount namespace of its own, which sees what the host mounts later
     * and shows the host nothing. SAFETY: the thread must be a platform thread that runs nothing
     * else; a virtual thread's carrier would keep the namespace.
     */
    static Fd newMountNamespace() {
        requirePlatformThread();
        Libc.call("Make a mount namespace", Syscall.UNSHARE, CLONE_NEWNS | CLONE_FS);
        Mounts.followOnly();
        return current("mnt");
    }

    /** Puts the calling platform thread into a mount namespace. */
    static void enterMountNamespace(Fd namespace) {
        requirePlatformThread();
        // setns(2): a thread that shares its working directory may not change mount namespaces.
        Libc.call("Stop sharing the working directory", Syscall.UNSHARE, CLONE_FS);
        Libc.call("Enter a mount namespace", Syscall.SETNS, namespace.number(), CLONE_NEWNS);
    }

    /** Gives the calling platform thread an empty network namespace. */
    static Fd newNetworkNamespace() {
        requirePlatformThread();
        Libc.call("Make a network namespace", Syscall.UNSHARE, CLONE_NEWNET);
        return current("net");
    }

    /** Puts the calling platform thread into a network namespace. */
    static void enterNetworkNamespace(Fd namespace) {
        requirePlatformThread();
        Libc.call("Enter a network namespace", Syscall.SETNS, namespace.number(), CLONE_NEWNET);
    }

    /** The calling thread's namespace of a kind, {@code mnt} or {@code net}. */
    static Fd current(String kind) {
        return Fd.open("/proc/thread-self/ns/" + kind, Fd.O_RDONLY);
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("namespaces belong to platform threads");
        }
    }
}
