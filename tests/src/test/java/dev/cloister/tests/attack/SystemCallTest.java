package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * System calls that would be a way out, or that reach parts of the kernel no function needs. The
 * hostile function makes each and tells what the kernel answered.
 */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SystemCallTest {
    private final LambdaClient lambda;
    private HostileFunction hostile;

    SystemCallTest(Installation installation) {
        this.lambda = installation.lambda();
        this.hostile = new HostileFunction(installation, lambda);
    }

    @AfterAll
    void delete() {
        hostile.close();
        lambda.close();
    }

    /**
     * The seccomp filter's two answers. Any other, such as EFAULT or EBADF, would mean that the
     * kernel had begun to carry the call out.
     */
    private static final Set<String> FILTERED = Set.of("EPERM", "ENOSYS");

    /** A system call that must be refused: its number on x86_64 and its arguments. */
    private record Call(String name, int number, String arguments) {}

    private static final List<Call> FORBIDDEN =
            List.of(
                    new Call("mount", 165, "b'none', b'/tmp', b'tmpfs', 0, 0"),
                    new Call("umount2", 166, "b'/proc', 2"),
                    new Call("pivot_root", 155, "b'/tmp', b'/tmp'"),
                    new Call("chroot", 161, "b'/tmp'"),
                    new Call("move_mount", 429, "-100, b'/tmp', -100, b'/tmp', 0"),
                    new Call("open_tree", 428, "-100, b'/', 1"),
                    new Call("fsopen", 430, "b'tmpfs', 0"),
                    new Call("fsmount", 432, "-1, 0, 0"),
                    new Call("fspick", 433, "-100, b'/', 0"),
                    new Call("mount_setattr", 442, "-100, b'/', 0, 0, 0"),
                    new Call("ptrace", 101, "16, 1, 0, 0"),
                    new Call("process_vm_readv", 310, "1, 0, 0, 0, 0, 0"),
                    new Call("process_vm_writev", 311, "1, 0, 0, 0, 0, 0"),
                    new Call("process_madvise", 440, "-1, 0, 0, 0, 0"),
                    new Call("pidfd_getfd", 438, "-1, 0, 0"),
                    new Call("kcmp", 312, "1, 1, 0, 0, 0"),
                    new Call("bpf", 321, "0, 0, 0"),
                    new Call("perf_event_open", 298, "0, 0, -1, -1, 0"),
                    new Call("fanotify_init", 300, "0, 0"),
                    new Call("kexec_load", 246, "0, 0, 0, 0"),
                    new Call("kexec_file_load", 320, "0, 0, 0, 0, 0"),
                    new Call("init_module", 175, "0, 0, b''"),
                    new Call("finit_module", 313, "0, b'', 0"),
                    new Call("delete_module", 176, "b'x', 0"),
                    new Call("keyctl", 250, "0, -3, 0"),
                    new Call("add_key", 248, "b'user', b'x', b'y', 1, -3"),
                    new Call("request_key", 249, "b'user', b'x', 0, -3"),
                    new Call("userfaultfd", 323, "0"),
                    new Call("userfaultfd (user mode only)", 323, "1"),
                    new Call("unshare (user)", 272, "0x10000000"),
                    new Call("unshare (mount)", 272, "0x00020000"),
                    new Call("unshare (network)", 272, "0x40000000"),
                    new Call("unshare (cgroup)", 272, "0x02000000"),
                    new Call("setns", 308, "-1, 0"),
                    new Call("clone (new user namespace)", 56, "0x10000011, 0, 0, 0, 0"),
                    new Call("clone (new network namespace)", 56, "0x40000011, 0, 0, 0, 0"),
                    new Call("clone3", 435, "0, 0"),
                    new Call("io_uring_setup", 425, "1, 0"),
                    new Call("io_setup", 206, "1, 0"),
                    new Call("open_by_handle_at", 304, "0, 0, 0"),
                    new Call("name_to_handle_at", 303, "-100, b'/', 0, 0, 0"),
                    new Call("reboot", 169, "0xfee1dead, 672274793, 0, 0"),
                    new Call("swapon", 167, "b'/tmp/x', 0"),
                    new Call("swapoff", 168, "b'/tmp/x'"),
                    new Call("acct", 163, "b'/tmp/x'"),
                    new Call("settimeofday", 164, "0, 0"),
                    new Call("clock_settime", 227, "0, 0"),
                    new Call("adjtimex", 159, "0"),
                    new Call("clock_adjtime", 305, "0, 0"),
                    new Call("sethostname", 170, "b'x', 1"),
                    new Call("setdomainname", 171, "b'x', 1"),
                    new Call("syslog", 103, "3, 0, 0"),
                    new Call("iopl", 172, "3"),
                    new Call("ioperm", 173, "0, 1, 1"),
                    new Call("modify_ldt", 154, "0, 0, 0"),
                    new Call("quotactl", 179, "0, 0, 0, 0"),
                    new Call("lookup_dcookie", 212, "0, 0, 0"),
                    new Call("vhangup", 153, ""),
                    new Call("migrate_pages", 256, "0, 0, 0, 0"),
                    new Call("move_pages", 279, "0, 0, 0, 0, 0, 0"),
                    new Call("mbind", 237, "0, 0, 0, 0, 0, 0"),
                    new Call("seccomp (notifier)", 317, "1, 8, 0"),
                    new Call("mq_open", 240, "b'/x', 0, 0, 0"),
                    new Call("mknod (block device)", 133, "b'/tmp/sda', 0o60666, 0x0800"),
                    new Call("mknod (character device)", 133, "b'/tmp/mem', 0o20666, 0x0101"),
                    new Call("mknodat (block device)", 259, "-100, b'/tmp/b', 0o60666, 0x0800"),
                    new Call("setuid 0", 105, "0"),
                    new Call("setgid 0", 106, "0"),
                    new Call("setresuid 0", 117, "0, 0, 0"),
                    new Call("setgroups", 116, "0, 0"),
                    new Call(
                            "capset",
                            126,
                            "struct.pack('Ii', 0x20080522, 0), struct.pack('6I', *[0xffffffff] * 6)"),
                    new Call("personality (no randomization)", 135, "0x0040000"),
                    new Call("personality (read implies exec)", 135, "0x0400000"),
                    new Call("socket (raw IPv4)", 41, "2, 3, 1"),
                    new Call("socket (raw IPv6)", 41, "10, 3, 58"),
                    new Call("socket (packet)", 41, "17, 3, 768"),
                    new Call("socket (vsock)", 41, "40, 1, 0"),
                    new Call("socket (bluetooth)", 41, "31, 3, 1"),
                    new Call("socket (crypto)", 41, "38, 5, 0"),
                    new Call("socket (xdp)", 41, "44, 3, 0"),
                    new Call("socket (tipc)", 41, "30, 2, 0"),
                    new Call("socket (netfilter)", 41, "16, 3, 12"),
                    new Call("socket (SCTP)", 41, "2, 1, 132"),
                    new Call("socket (MPTCP)", 41, "10, 1, 262"),
                    new Call("socket (UDP-Lite)", 41, "2, 2, 136"),
                    new Call("socket (SMC)", 41, "43, 1, 0"));

    @TestFactory
    Stream<DynamicTest> systemCallsAreRefused() {
        return FORBIDDEN.stream()
                .map(
                        call ->
                                DynamicTest.dynamicTest(
                                        call.name(),
                                        () -> assertThat(answer(call)).isIn(FILTERED)));
    }

    /** What makes the test above one that can fail: the same code finds out what is allowed. */
    @Test
    void ordinarySystemCallsAreAllowed() {
        assertThat(answer(new Call("getpid", 39, ""))).isEqualTo("allowed");
        assertThat(answer(new Call("socket (TCP)", 41, "2, 1, 6"))).isEqualTo("allowed");
        assertThat(answer(new Call("socket (UDP, IPv6)", 41, "10, 2, 0"))).isEqualTo("allowed");
        assertThat(answer(new Call("mknod (pipe)", 133, "b'/tmp/pipe', 0o10600, 0")))
                .isEqualTo("allowed");
        assertThat(answer(new Call("chdir", 80, "b'/nowhere'"))).isEqualTo("ENOENT");
    }

    private String answer(Call call) {
        String arguments = call.arguments().isEmpty() ? "" : ", " + call.arguments();
        return hostile.run("result = call(%d%s)".formatted(call.number(), arguments)).asString();
    }
}
