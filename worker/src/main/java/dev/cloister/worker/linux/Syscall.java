package dev.cloister.worker.linux;

/** The system calls in use, with their numbers on x86-64 and on arm64 (and every newer port). */
enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    IOCTL(16, 29),
    SOCKET(41, 198),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    FCHOWN(93, 55),
    KILL(62, 129),
    PRCTL(157, 167),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    GETTID(186, 178),
    EPOLL_CTL(233, 21),
    WAITID(247, 95),
    OPENAT(257, 56),
    UNSHARE(272, 97),
    EPOLL_PWAIT(281, 22),
    EPOLL_CREATE1(291, 20),
    PIPE2(293, 59),
    PRLIMIT64(302, 261),
    SETNS(308, 268),
    MEMFD_CREATE(319, 279),
    PIDFD_SEND_SIGNAL(424, 424),
    PIDFD_OPEN(434, 434),
    CLOSE_RANGE(436, 436);

    private final int x86Number;
    private final int armNumber;

    Syscall(int x86Number, int armNumber) {
        this.x86Number = x86Number;
        this.armNumber = armNumber;
    }

    long number() {
        return Libc.X86 ? x86Number : armNumber;
    }
}
