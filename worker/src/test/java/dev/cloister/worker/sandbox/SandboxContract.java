package dev.cloister.worker.sandbox;

import static dev.cloister.worker.sandbox.SandboxFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.linux.Processes;
import dev.cloister.worker.sandbox.SandboxFixture.Printed;
import dev.cloister.worker.sandbox.SandboxProcess.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@link Sandbox}; a subclass for each backend that has to keep it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class SandboxContract {
    private final SandboxSettings settings;
    private Printed printed = new Printed();
    private OciSandboxes sandboxes;
    private Path image;
    private Sandbox sandbox;

    SandboxContract(SandboxSettings settings) {
        this.settings = settings;
    }

    @BeforeAll
    void prepare() {
        SandboxFixture.assumeHost();
        assumeTrue(Files.isExecutable(settings.ociRuntime()), "needs " + settings.ociRuntime());
        image = SandboxFixture.rootImage();
        sandboxes = new OciSandboxes(settings);
    }

    @AfterAll
    void leaveNothing() throws IOException {
        if (sandboxes == null) {
            return;
        }
        sandboxes.close();
        assertThat(cgroups()).isEmpty();
        assertThat(settings.runFolder()).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(settings.identity());
    }

    private List<Path> cgroups() throws IOException {
        try (Stream<Path> all =
                Files.find(
                        Path.of("/sys/fs/cgroup"),
                        3,
                        (path, a) -> path.endsWith(settings.cgroupParent()))) {
            return all.toList();
        }
    }

    @BeforeEach
    void make() {
        printed = new Printed();
        sandbox = sandboxes.create(image, 512, printed);
    }

    @AfterEach
    void remove() {
        sandbox.close();
    }

    private Exit run(String script) throws Exception {
        return sandbox.start(shell(script)).exited().get(60, TimeUnit.SECONDS);
    }

    @Test
    void tellsHowTheMainProcessEnded() throws Exception {
        assertThat(run("exit 3")).isEqualTo(new Exit.Code(3));
        assertThat(run("kill -9 $$")).isEqualTo(new Exit.Signal(9));
        assertThat(run("kill -ABRT $$")).isEqualTo(new Exit.Signal(6));
    }

    @Test
    void deliversAllOutputBeforeTheExit() throws Exception {
        run("echo out; echo err >&2; seq 1 50000; echo last");

        assertThat(printed.text()).startsWith("out\nerr\n1\n").endsWith("50000\nlast\n");
    }

    @Test
    void runsAsTheSandboxUserWithoutAnyRight() throws Exception {
        run("id; grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status; ulimit -n -c -l -u");

        assertThat(printed.text())
                .startsWith("uid=993 gid=990")
                .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
                .contains("NoNewPrivs:\t1", "Seccomp:\t2")
                .contains("1024");
    }

    @Test
    void seesOnlyItsOwnProcessesAndFiles() throws Exception {
        run(
                "ls -d /proc/[0-9]* | wc -l; ls /dev; ls /sys; cat /proc/keys; touch /x /etc/x"
                        + " /var/task/x /dev/x; echo 1 > /proc/sys/kernel/panic; mknod /tmp/d b 7 0");

        assertThat(printed.text())
                .doesNotContain("mem\n", "loop", "kmsg", "fs\n")
                .contains("touch: cannot touch '/x': Read-only file system")
                .contains("touch: cannot touch '/dev/x': Permission denied")
                .contains("/proc/sys/kernel/panic: Read-only file system")
                .contains("mknod: /tmp/d: Operation not permitted");
        assertThat(Integer.parseInt(printed.text().lines().findFirst().orElseThrow().strip()))
                .isLessThan(6);
    }

    @Test
    void refusesSystemCallsThatRuntimesDoNotNeed() throws Exception {
        // Numbers of x86-64; clone3 is ENOSYS (38) so that the C library falls back to clone.
        Map<String, String> calls =
                Map.ofEntries(
                        Map.entry("mount", "165, 0, 0, 0, 0, 0"),
                        Map.entry("ptrace", "101, 0, 0, 0, 0"),
                        Map.entry("bpf", "321, 0, 0, 0"),
                        Map.entry("kexec_load", "246, 0, 0, 0, 0"),
                        Map.entry("add_key", "248, 0, 0, 0, 0, 0"),
                        Map.entry("request_key", "249, 0, 0, 0, 0"),
                        Map.entry("keyctl", "250, 0, 0, 0, 0, 0"),
                        Map.entry("userfaultfd", "323, 0"),
                        Map.entry("perf_event_open", "298, 0, 0, 0, 0, 0"),
                        Map.entry("unshare", "272, 0x10000000"),
                        Map.entry("setns", "308, 0, 0"),
                        Map.entry("clone(CLONE_NEWUSER)", "56, 0x10000011, 0, 0, 0, 0"),
                        Map.entry("io_uring_setup", "425, 1, 0"),
                        Map.entry("open_by_handle_at", "304, 0, 0, 0"),
                        Map.entry("personality(ADDR_NO_RANDOMIZE)", "135, 0x0040000"),
                        Map.entry("reboot", "169, 0, 0, 0, 0"),
                        Map.entry("swapon", "167, 0, 0"),
                        Map.entry("init_module", "175, 0, 0, 0"),
                        Map.entry("chroot", "161, 0"),
                        Map.entry("process_vm_readv", "310, 1, 0, 0, 0, 0, 0"),
                        Map.entry("socket(AF_PACKET)", "41, 17, 3, 0"),
                        Map.entry("socket(AF_INET, SOCK_RAW)", "41, 2, 3, 1"),
                        Map.entry("socket(AF_NETLINK, NETLINK_NETFILTER)", "41, 16, 3, 12"),
                        Map.entry("socket(AF_ALG)", "41, 38, 5, 0"),
                        Map.entry("socket(AF_VSOCK)", "41, 40, 1, 0"));
        StringBuilder script = new StringBuilder("perl -e '");
        calls.forEach(
                (name, call) ->
                        script.append("$! = 0; $r = syscall(")
                                .append(call)
                                .append("); ")
                                .append("print \"")
                                .append(name)
                                .append(" $r \", $!+0, \"\\n\";"));
        script.append("$r = syscall(435, 0, 0); print \"clone3 $r \", $!+0, \"\\n\";'");

        run(script.toString());

        assertThat(printed.text().lines())
                .hasSize(calls.size() + 1)
                .contains("clone3 -1 38")
                .containsAll(calls.keySet().stream().map(name -> name + " -1 1").toList());
    }

    @Test
    void mountsCodeIntoARunningSandbox(@TempDir Path folder) throws Exception {
        CodeImage code = SandboxFixture.code(folder, "digest-1", "first");
        SandboxProcess process =
                sandbox.start(
                        shell("echo up; until cat /var/task/app.txt 2> /dev/null; do :; done"));
        printed.await("up");

        sandbox.mountCode(code);

        assertThat(process.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Code(0));
        assertThat(printed.text()).endsWith("first");
        assertThatThrownBy(() -> sandbox.mountCode(code)).isInstanceOf(SandboxException.class);
    }

    @Test
    void sharesOneMountOfACodeAmongSandboxes(@TempDir Path folder) throws Exception {
        CodeImage code = SandboxFixture.code(folder, "digest-2", "shared");
        try (Sandbox other = sandboxes.create(image, 512, printed)) {
            other.mountCode(code);
            sandbox.mountCode(code);
        }

        assertThat(run("cat /var/task/app.txt; touch /var/task/x")).isEqualTo(new Exit.Code(1));
        assertThat(printed.text()).startsWith("shared").contains("Read-only file system");
    }

    @Test
    void mountsLayersIntoASandboxThatWasStartedBeforeItsCode(@TempDir Path folder)
            throws Exception {
        SandboxProcess process =
                sandbox.start(
                        shell("echo up; until cat /opt/app.txt 2> /dev/null; do :; done; ls /opt"));
        printed.await("up");

        sandbox.mountCode(SandboxFixture.code(folder, "digest-4", "code"));
        CodeImage layers = SandboxFixture.code(folder, "digest-5", "layers ");
        sandbox.mountLayers(layers);

        assertThat(process.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Code(0));
        assertThat(printed.text().strip()).endsWith("layers app.txt");
        assertThatThrownBy(() -> sandbox.mountLayers(layers)).isInstanceOf(SandboxException.class);
    }

    @Test
    void mountsLayersReadOnlyBeforeAProcessStarts(@TempDir Path folder) throws Exception {
        sandbox.mountCode(SandboxFixture.code(folder, "digest-6", "code "));
        sandbox.mountLayers(SandboxFixture.code(folder, "digest-7", "layers "));

        assertThat(run("cat /var/task/app.txt /opt/app.txt; touch /opt/x"))
                .isEqualTo(new Exit.Code(1));
        assertThat(printed.text()).startsWith("code layers ").contains("Read-only file system");
    }

    @Test
    void mountsNothingAtOptForCodeWithoutLayers(@TempDir Path folder) throws Exception {
        sandbox.mountCode(SandboxFixture.code(folder, "digest-8", "code"));
        CodeImage layers = SandboxFixture.code(folder, "digest-9", "layers");
        SandboxProcess process = sandbox.start(shell("grep -c ' /opt ' /proc/mounts; sleep 100"));

        printed.await("0\n");

        assertThatThrownBy(() -> sandbox.mountLayers(layers)).hasMessageContaining("without");
        process.kill();
    }

    @Test
    void refusesCodeThatDoesNotVerify() {
        CodeImage broken =
                new CodeImage() {
                    @Override
                    public String digest() {
                        return "digest-3";
                    }

                    @Override
                    public InputStream open() throws IOException {
                        throw new IOException("flipped bit");
                    }
                };

        assertThatThrownBy(() -> sandbox.mountCode(broken)).hasMessageContaining("flipped bit");
    }

    @Test
    void keepsTmpAndForgetsTheRestOverARestart() throws Exception {
        run("echo kept > /tmp/file; sleep 100 & ");

        run("cat /tmp/file; ls -d /proc/[0-9]* | wc -l; grep -c sleep /proc/*/comm");

        assertThat(printed.text()).startsWith("kept\n").doesNotContain("comm:1");
    }

    @Test
    void runsOneMainProcessAtATime() {
        var _ = sandbox.start(shell("sleep 100"));

        assertThatThrownBy(() -> sandbox.start(shell("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("running already");
    }

    @Test
    void saysSoWhenTheProgramIsMissing() throws Exception {
        SandboxProcess process =
                sandbox.start(new Sandbox.Command(List.of("/no/such"), Map.of(), "/"));

        assertThat(process.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Code(127));
    }

    @Test
    void standsStillWhileFrozen() throws Exception {
        SandboxProcess process =
                sandbox.start(shell("trap 'echo asked; exit 7' TERM; while :; do echo .; done"));
        printed.await(".");

        sandbox.freeze();
        String before = settled();
        assertThat(settled()).isEqualTo(before);
        sandbox.thaw();
        while (printed.text().length() == before.length()) {
            Thread.onSpinWait();
        }
        sandbox.freeze();
        process.terminate();

        assertThat(process.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Code(7));
        assertThat(printed.text()).endsWith("asked\n");
    }

    /** What has been printed when nothing more has come for a while. */
    private String settled() throws InterruptedException {
        String last = "";
        while (!last.equals(printed.text())) {
            last = printed.text();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return last;
    }

    @Test
    void killsWhatUsesTooMuchMemory() throws Exception {
        Exit exit = run("x=$(head -c 300m /dev/zero | tr '\\0' x); echo survived");

        assertThat(exit).isEqualTo(new Exit.Signal(9));
        assertThat(sandbox.memory().outOfMemoryKills()).isPositive();
        assertThat(sandbox.memory().peakBytes()).isBetween(100L << 20, 128L << 20);
    }

    @Test
    void growsWithItsLimit() throws Exception {
        sandbox.limit(new Sandbox.Limits(1769));

        assertThat(run("x=$(head -c 100m /dev/zero | tr '\\0' x); echo ${#x}"))
                .isEqualTo(new Exit.Code(0));
        assertThat(printed.text()).isEqualTo((100 << 20) + "\n");
    }

    @Test
    void boundsProcesses() throws Exception {
        sandbox.limit(new Sandbox.Limits(1769));

        run(
                "perl -e 'for (1..3000) { my $p = fork; if (!defined $p) { print \"stopped $_\\n\";"
                        + " exit } if (!$p) { sleep 100; exit } } print \"never\\n\"'");

        assertThat(printed.text()).startsWith("stopped ").doesNotContain("never");
        assertThat(Integer.parseInt(printed.text().strip().split(" ", -1)[1])).isLessThan(1025);
    }

    @Test
    void boundsTmp() throws Exception {
        run("head -c 600m /dev/zero > /tmp/big; stat -c %s /tmp/big");

        assertThat(printed.text()).contains("No space left on device");
        long size = Long.parseLong(printed.text().strip().lines().toList().getLast());
        assertThat(size).isBetween(450L << 20, 512L << 20);
    }

    /** The kernel keeps the limit while a process runs; how fast that is, no test can say. */
    @Test
    void boundsTheThroughputOfTmp() throws Exception {
        run("dd if=/dev/zero of=/tmp/x bs=1M count=1 oflag=direct");

        List<Path> limits;
        try (Stream<Path> all =
                Files.find(
                        Path.of("/sys/fs/cgroup"),
                        5,
                        (path, _) ->
                                path.toString().contains(settings.cgroupParent())
                                        && (path.endsWith("blkio.throttle.write_bps_device")
                                                || path.endsWith("io.max")))) {
            limits = all.filter(path -> path.toString().contains(sandbox.id())).toList();
        }
        assumeTrue(!limits.isEmpty(), "this host has no limits of throughput");
        assertThat(Files.readString(limits.getFirst())).contains("268435456");
    }

    @Test
    void slowsOnlyASandboxWhoseOutputNobodyTakes() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        try (Sandbox loud =
                sandboxes.create(
                        image,
                        512,
                        bytes -> {
                            try {
                                blocked.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        })) {
            var _ = loud.start(shell("exec yes"));

            assertThat(run("echo fine")).isEqualTo(new Exit.Code(0));
            assertThat(printed.text()).isEqualTo("fine\n");
        } finally {
            blocked.countDown();
        }
    }

    @Test
    void listensInsideAlone() throws Exception {
        SandboxProcess process =
                sandbox.start(shell("echo hello > /dev/tcp/169.254.100.1/9001; sleep 100"));

        try (SocketChannel accepted = sandbox.runtimeApi().accept()) {
            assertThat(
                            new String(
                                    accepted.socket().getInputStream().readNBytes(5),
                                    java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("hello");
        }
        process.kill();
        assertThat(process.exited().get(30, TimeUnit.SECONDS)).isEqualTo(new Exit.Signal(9));
        // 169.254.100.1:9001 as the kernel writes it: nothing on the host listens there.
        assertThat(Files.readString(Path.of("/proc/net/tcp"))).doesNotContain("0164FEA9:2329");
    }

    @Test
    void hasNoNetworkUntilOpened() throws Exception {
        run("echo x > /dev/tcp/192.0.2.1/80; getent hosts sandbox.localdomain example.com");

        assertThat(printed.text())
                .contains("Network is unreachable")
                .contains("169.254.100.1   sandbox.localdomain")
                .doesNotContain("example.com");
    }

    @Test
    void givesEachSandboxUsersOfItsOwn() throws Exception {
        Printed others = new Printed();
        String script = "echo up; sleep 100; : owner-test";
        var _ = sandbox.start(shell(script));
        try (Sandbox other = sandboxes.create(image, 512, others)) {
            var _ = other.start(shell(script));
            printed.await("up");
            others.await("up");
            Set<Object> owners = new HashSet<>();
            for (int pid : Processes.all()) {
                if (Processes.commandLine(pid).orElse("").equals("/bin/bash -c " + script)) {
                    owners.add(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid"));
                }
            }
            assertThat(owners).hasSize(2).doesNotContain(0, 993);
        }
    }

    @Test
    void putsNothingWhereAnotherProcessLooks() throws Exception {
        var _ =
                sandbox.start(
                        new Sandbox.Command(
                                List.of("/bin/bash", "-c", "echo up; sleep 100"),
                                Map.of("PATH", "/usr/bin:/bin", "SECRET", "s3cr3t-value"),
                                "/tmp"));
        printed.await("up");

        // On the host's own view there is an empty folder, and no file of the scratch volume.
        try (Stream<Path> run = Files.walk(settings.runFolder());
                Stream<Path> scratch = Files.walk(settings.scratchFolder())) {
            assertThat(run).containsExactly(settings.runFolder());
            assertThat(scratch).containsExactly(settings.scratchFolder());
        }
    }

    @Test
    void answersAfterDeathAsTheContractSays() throws Exception {
        var _ = sandbox.start(shell("sleep 100"));
        sandbox.close();
        sandbox.close();

        assertThat(sandbox.memory().peakBytes()).isPositive();
        assertThatThrownBy(() -> sandbox.start(shell("true")))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(sandbox::freeze).isInstanceOf(SandboxException.class);
        assertThatThrownBy(() -> sandbox.limit(new Sandbox.Limits(256)))
                .isInstanceOf(SandboxException.class);
    }
}
