package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * System calls, files and links that would be a way out. One hostile function runs each attempt and
 * tells what the kernel answered; docs/security-model.md lists them.
 */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EscapeTest {
    private final Installation installation;
    private final LambdaClient lambda;
    private TestFunction hostile;

    EscapeTest(Installation installation) {
        this.installation = installation;
        this.lambda = installation.lambda();
    }

    @BeforeAll
    void create() {
        hostile = HostileFunction.create(installation, lambda);
    }

    @AfterAll
    void delete() {
        hostile.close();
        lambda.close();
    }

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
                    new Call("mount_setattr", 442, "-100, b'/', 0, 0, 0"),
                    new Call("ptrace", 101, "16, 1, 0, 0"),
                    new Call("process_vm_readv", 310, "1, 0, 0, 0, 0, 0"),
                    new Call("process_vm_writev", 311, "1, 0, 0, 0, 0, 0"),
                    new Call("bpf", 321, "0, 0, 0"),
                    new Call("perf_event_open", 298, "0, 0, -1, -1, 0"),
                    new Call("kexec_load", 246, "0, 0, 0, 0"),
                    new Call("kexec_file_load", 320, "0, 0, 0, 0, 0"),
                    new Call("init_module", 175, "0, 0, b''"),
                    new Call("finit_module", 313, "0, b'', 0"),
                    new Call("delete_module", 176, "b'x', 0"),
                    new Call("keyctl", 250, "0, -3, 0"),
                    new Call("add_key", 248, "b'user', b'x', b'y', 1, -3"),
                    new Call("request_key", 249, "b'user', b'x', 0, -3"),
                    new Call("userfaultfd", 323, "0"),
                    new Call("unshare (user)", 272, "0x10000000"),
                    new Call("unshare (mount)", 272, "0x00020000"),
                    new Call("unshare (network)", 272, "0x40000000"),
                    new Call("setns", 308, "0, 0"),
                    new Call("clone (new user namespace)", 56, "0x10000011, 0, 0, 0, 0"),
                    new Call("clone3", 435, "0, 0"),
                    new Call("io_uring_setup", 425, "1, 0"),
                    new Call("open_by_handle_at", 304, "0, 0, 0"),
                    new Call("reboot", 169, "0xfee1dead, 672274793, 0, 0"),
                    new Call("swapon", 167, "b'/tmp/x', 0"),
                    new Call("swapoff", 168, "b'/tmp/x'"),
                    new Call("acct", 163, "b'/tmp/x'"),
                    new Call("settimeofday", 164, "0, 0"),
                    new Call("clock_settime", 227, "0, 0"),
                    new Call("sethostname", 170, "b'x', 1"),
                    new Call("syslog", 103, "3, 0, 0"),
                    new Call("iopl", 172, "3"),
                    new Call("ioperm", 173, "0, 1, 1"),
                    new Call("quotactl", 179, "0, 0, 0, 0"),
                    new Call("nfsservctl", 180, "0, 0, 0"),
                    new Call("lookup_dcookie", 212, "0, 0, 0"),
                    new Call("vhangup", 153, ""),
                    new Call("mknod (device node)", 133, "b'/tmp/sda', 0o60666, 0x0800"),
                    new Call("setuid 0", 105, "0"),
                    new Call("setgid 0", 106, "0"),
                    new Call("capset", 126, "0, 0"),
                    new Call("personality", 135, "0x0040000"),
                    new Call("socket (raw)", 41, "2, 3, 1"),
                    new Call("socket (packet)", 41, "17, 3, 768"),
                    new Call("socket (vsock)", 41, "40, 1, 0"),
                    new Call("socket (bluetooth)", 41, "31, 3, 1"),
                    new Call("socket (alg)", 41, "38, 5, 0"));

    @TestFactory
    Stream<DynamicTest> systemCallsAreRefused() {
        return FORBIDDEN.stream()
                .map(
                        call ->
                                DynamicTest.dynamicTest(
                                        call.name(),
                                        () ->
                                                assertThat(attempt(systemCall(call)))
                                                        .as("what the kernel answered")
                                                        .isIn(
                                                                "EPERM",
                                                                "ENOSYS",
                                                                "EACCES",
                                                                "EAFNOSUPPORT",
                                                                "EINVAL")
                                                        .isNotEqualTo("allowed")));
    }

    private static String systemCall(Call call) {
        return "result = call(%d%s)"
                .formatted(
                        call.number(), call.arguments().isEmpty() ? "" : ", " + call.arguments());
    }

    @TestFactory
    Stream<DynamicTest> filesAreOutOfReach() {
        return Stream.of(
                        "open('/proc/sys/kernel/core_pattern', 'w')",
                        "open('/proc/sys/vm/drop_caches', 'w')",
                        "open('/proc/sysrq-trigger', 'w')",
                        "open('/proc/kcore', 'rb').read(1)[0]",
                        "open('/proc/kallsyms').read(1)[5]",
                        "open('/proc/keys').read()[0]",
                        "open('/proc/timer_list').read()[0]",
                        "open('/sys/kernel/uevent_helper', 'w')",
                        "open('/sys/fs/cgroup/memory/memory.limit_in_bytes', 'w')",
                        "open('/sys/fs/cgroup/cgroup.procs', 'w')",
                        "open('/proc/1/oom_score_adj', 'w').write('-1000') and"
                                + " open('/proc/1/oom_score_adj').close()",
                        "open('/dev/mem', 'rb')",
                        "open('/dev/kvm', 'rb')",
                        "open('/dev/vda', 'rb')",
                        "open('/dev/loop0', 'rb')",
                        "open('/dev/fuse', 'rb')",
                        "open('/dev/net/tun', 'rb')",
                        "open('/var/task/index.py', 'a')",
                        "open('/var/task/new', 'w')",
                        "open('/opt/new', 'w')",
                        "open('/var/runtime/new', 'w')",
                        "open('/etc/passwd', 'a')",
                        "open('/new', 'w')",
                        "open('/usr/bin/env', 'a')",
                        "open('/proc/1/root/etc/shadow')",
                        "os.chmod('/var/task/index.py', 0o777)",
                        "os.link('/etc/shadow', '/tmp/shadow')",
                        "os.listdir('/root')",
                        "os.chown('/tmp', 0, 0)",
                        "os.kill(-1, 0) or os.kill(os.getppid(), 0) or 1/0")
                .map(
                        code ->
                                DynamicTest.dynamicTest(
                                        code,
                                        () ->
                                                assertThat(
                                                                attempt(
                                                                        "result = refused(lambda: "
                                                                                + code
                                                                                + ")"))
                                                        .isNotEqualTo("allowed")));
    }

    @Test
    void linksOutOfTmpLeadNowhere() {
        String code =
                """
                os.symlink('/proc/1/root/../../../../etc/hostname', '/tmp/out')
                here = open('/etc/passwd').read()
                os.symlink('/proc/self/root/etc/passwd', '/tmp/self')
                result = [os.path.exists('/tmp/out'), open('/tmp/self').read() == here]
                os.unlink('/tmp/out'); os.unlink('/tmp/self')
                """;
        assertThat(attempt(code)).contains("true]");
        assertThat(attempt("result = 'sbx_user1051' in open('/proc/self/root/etc/passwd').read()"))
                .as("its own root file system, not the host's")
                .isEqualTo("true");
    }

    @Test
    void onlyItsOwnProcessesAreVisible() {
        assertThat(
                        attempt(
                                """
                                pids = [p for p in os.listdir('/proc') if p.isdigit()]
                                uids = {os.stat('/proc/' + p).st_uid for p in pids}
                                result = [len(pids) < 5, sorted(uids) == [os.getuid()]]
                                """))
                .isEqualTo("[true, true]");
    }

    @Test
    void theProcessHasNoPrivilege() {
        assertThat(
                        attempt(
                                """
                                s = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)
                                result = [s['CapEff'], s['CapPrm'], s['CapBnd'], s['CapInh'], s['CapAmb'], s['NoNewPrivs'], s['Seccomp'], os.getuid() != 0]
                                """))
                .isEqualTo(
                        "[\"0000000000000000\", \"0000000000000000\", \"0000000000000000\","
                                + " \"0000000000000000\", \"0000000000000000\", \"1\", \"2\", true]");
    }

    @Test
    void noSetuidProgramIsInTheImage() {
        assertThat(
                        attempt(
                                """
                                found = []
                                for root, dirs, files in os.walk('/usr'):
                                    for f in files:
                                        p = os.path.join(root, f)
                                        if not os.path.islink(p) and os.stat(p).st_mode & 0o6000: found.append(p)
                                result = found
                                """))
                .isEqualTo("[]");
    }

    @Test
    void anotherEnvironmentsTmpAndVariablesAreNotThere() {
        try (TestFunction victim =
                TestFunction.python(
                        installation,
                        lambda,
                        "def handler(e, c):\n    open('/tmp/secret', 'w').write('s3cret'); return 1",
                        r ->
                                r.environment(
                                        e ->
                                                e.variables(
                                                        java.util.Map.of(
                                                                "S3", "victims-value"))))) {
            victim.call("{}");
            assertThat(attempt("result = os.path.exists('/tmp/secret')")).isEqualTo("false");
            assertThat(
                            attempt(
                                    """
                                    seen = b''
                                    for p in os.listdir('/proc'):
                                        try: seen += open('/proc/' + p + '/environ', 'rb').read()
                                        except OSError: pass
                                    result = b'victims-value' in seen
                                    """))
                    .isEqualTo("false");
        }
    }

    private String attempt(String code) {
        return hostile.call(JsonMapper.shared().writeValueAsString(java.util.Map.of("code", code)))
                .replaceAll("^\"|\"$", "");
    }
}
