package dev.cloister.worker.linux;

/** The error numbers that decisions are made on; the same on x86-64 and arm64. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSYS = 38;

    private Errno() {}

    static String describe(int errno) {
        return switch (errno) {
            case EPERM -> "not permitted (EPERM)";
            case ENOENT -> "no such file or directory (ENOENT)";
            case ESRCH -> "no such process (ESRCH)";
            case EINTR -> "interrupted (EINTR)";
            case ENXIO -> "no such device (ENXIO)";
            case EAGAIN -> "try again (EAGAIN)";
            case 12 -> "out of memory (ENOMEM)";
            case 13 -> "permission denied (EACCES)";
            case 15 -> "needs a block device (ENOTBLK)";
            case EBUSY -> "busy (EBUSY)";
            case EEXIST -> "exists already (EEXIST)";
            case ENODEV -> "not supported by this kernel (ENODEV)";
            case 20 -> "not a directory (ENOTDIR)";
            case EINVAL -> "invalid argument (EINVAL)";
            case 23 -> "too many open files on this host (ENFILE)";
            case 24 -> "too many open files (EMFILE)";
            case 25 -> "not supported by this file system (ENOTTY)";
            case 28 -> "no space left (ENOSPC)";
            case 30 -> "read-only file system (EROFS)";
            case ENOSYS -> "not implemented by this kernel (ENOSYS)";
            case 95 -> "not supported (EOPNOTSUPP)";
            case 117 -> "structure needs cleaning (EUCLEAN)";
            default -> "error number " + errno;
        };
    }
}
