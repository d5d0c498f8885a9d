package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Files, links, descriptors and processes that would be a way out. One hostile function runs each
 * attempt and tells what the kernel answered; docs/security-model.md lists them.
 */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EscapeTest {
    private final Installation installation;
    private final LambdaClient lambda;
    private HostileFunction hostile;

    EscapeTest(Installation installation) {
        this.installation = installation;
        this.lambda = installation.lambda();
        this.hostile = new HostileFunction(installation, lambda);
    }

    @AfterAll
    void delete() {
        hostile.close();
        lambda.close();
    }

    @TestFactory
    Stream<DynamicTest> filesAreOutOfReach() {
        return Stream.of(
                        "open('/proc/sys/kernel/core_pattern', 'w')",
                        "open('/proc/sys/kernel/hostname', 'w')",
                        "open('/proc/sys/vm/drop_caches', 'w')",
                        "open('/proc/sys/net/ipv4/ip_forward', 'w')",
                        "open('/proc/sysrq-trigger', 'w')",
                        "content('/proc/kcore')",
                        "content('/proc/kallsyms')",
                        "content('/proc/keys')",
                        "content('/proc/kmsg')",
                        "content('/proc/timer_list')",
                        "content('/proc/cmdline')",
                        "content('/proc/modules')",
                        "content('/proc/1/mem')",
                        "content('/proc/1/environ')",
                        "open('/proc/1/mem', 'r+b')",
                        "os.listdir('/proc/1/fd')",
                        "os.listdir('/proc/1/root/')",
                        "os.readlink('/proc/1/ns/net')",
                        "open('/proc/1/oom_score_adj', 'w').write('-1000')",
                        "os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-1000')",
                        "os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 0 1')",
                        "os.write(os.open('/proc/self/setgroups', os.O_WRONLY), b'allow')",
                        "os.listdir('/sys/kernel')",
                        "os.listdir('/sys/fs/cgroup')",
                        "open('/sys/kernel/uevent_helper', 'w')",
                        "open('/sys/fs/cgroup/cgroup.procs', 'w')",
                        "open('/sys/fs/cgroup/release_agent', 'w')",
                        "open('/dev/mem', 'rb')",
                        "open('/dev/kmsg', 'rb')",
                        "open('/dev/kvm', 'rb')",
                        "open('/dev/vda', 'rb')",
                        "open('/dev/sda', 'rb')",
                        "open('/dev/loop0', 'rb')",
                        "open('/dev/loop-control', 'rb')",
                        "open('/dev/fuse', 'rb')",
                        "open('/dev/net/tun', 'rb')",
                        "open('/dev/vhost-net', 'rb')",
                        "open('/dev/new', 'w')",
                        "open('/dev/init', 'r+b')",
                        "open('/var/task/index.py', 'a')",
                        "open('/var/task/new', 'w')",
                        "os.rename('/var/task/index.py', '/tmp/index.py')",
                        "open('/var/runtime/bootstrap.py', 'a')",
                        "open('/var/runtime/new', 'w')",
                        "open('/opt/new', 'w')",
                        "open('/etc/passwd', 'a')",
                        "open('/etc/resolv.conf', 'a')",
                        "open('/new', 'w')",
                        "open('/usr/bin/env', 'a')",
                        "open('/etc/shadow')",
                        "os.chmod('/var/task/index.py', 0o777)",
                        "os.link('/etc/passwd', '/tmp/passwd')",
                        "os.chown('/tmp', 0, 0)",
                        "os.setpriority(os.PRIO_PROCESS, 0, -20)",
                        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))")
                .map(
                        code ->
                                DynamicTest.dynamicTest(
                                        code,
                                        () ->
                                                assertThat(refusal(code))
                                                        .isIn(
                                                                "EPERM", "EACCES", "EROFS",
                                                                "ENOENT", "ENODATA", "EXDEV")));
    }

    @Test
    void itsOwnFilesAreInReach() {
        assertThat(refusal("open('/tmp/own', 'w').write('x')")).isEqualTo("allowed");
        assertThat(refusal("content('/proc/self/environ')")).isEqualTo("allowed");
        assertThat(refusal("content('/var/task/index.py')")).isEqualTo("allowed");
        assertThat(refusal("open('/dev/null', 'r+b')")).isEqualTo("allowed");
    }

    private String refusal(String code) {
        return hostile.run("result = refused(lambda: " + code + ")").asString();
    }

    /** Whatever a link in /tmp says, it is looked up inside; the platform never follows one. */
    @Test
    void linksLeadNowhere() {
        String code =
                """
                import glob
                found = []
                def look(path):
                    link = '/tmp/link%d' % time.monotonic_ns()
                    os.symlink(path, link)
                    for tail in ('', '/etc/shadow', '/../../../../../../../../root'):
                        try:
                            os.listdir(link + tail) if os.path.isdir(link + tail) else open(link + tail).close()
                            found.append(path + tail)
                        except OSError: pass
                    os.unlink(link)
                for fd in os.listdir('/proc/self/fd'): look('/proc/self/fd/' + fd)
                look('/proc/1/cwd'); look('/proc/1/root'); look('/proc/1/fd/0')
                result = [p for p in found if 'shadow' in p or 'root' in p.split('/')[-1:]]
                """;
        assertThat(hostile.run(code)).isEmpty();
    }

    /** A link that turns back and forth while it is followed leads inside, one way or the other. */
    @Test
    void aLinkThatChangesWhileItIsFollowedLeadsNowhere() {
        String code =
                """
                os.makedirs('/tmp/race/etc', exist_ok=True)
                open('/tmp/race/etc/shadow', 'w').write('mine')
                stop = time.time() + 2
                def turn():
                    n = 0
                    while time.time() < stop:
                        n += 1
                        os.symlink('/tmp/race' if n % 2 else '/proc/self/fd/../../../..', '/tmp/next')
                        os.rename('/tmp/next', '/tmp/now')
                threading.Thread(target=turn).start()
                seen, tries = set(), 0
                while time.time() < stop:
                    tries += 1
                    try: seen.add(open('/tmp/now/etc/shadow').read())
                    except OSError: pass
                result = [sorted(seen), tries > 100]
                """;
        assertThat(hostile.run(code).toString()).isEqualTo("[[\"mine\"],true]");
    }

    /** What a process inherits is what could lead out (as in CVE-2024-21626). */
    @Test
    void noDescriptorOfTheHostsIsInherited() {
        String code =
                """
                kinds = set()
                for fd in os.listdir('/proc/self/fd'):
                    try: kinds.add(os.readlink('/proc/self/fd/' + fd).split(':')[0])
                    except OSError: pass
                result = sorted(k for k in kinds if k not in ('pipe', 'socket', '/dev/null', 'anon_inode')
                                and not k.startswith('/proc/'))
                """;
        assertThat(hostile.run(code)).isEmpty();
        assertThat(hostile.run("result = os.getcwd()").asString()).isEqualTo("/var/task");
    }

    @Test
    void nothingOfTheHostsIsMounted() {
        String code =
                """
                lines = [l.split() for l in open('/proc/self/mountinfo')]
                writable = sorted(l[4] for l in lines if 'rw' in l[5].split(',') and not l[4].startswith(('/proc', '/dev')))
                result = [writable, sorted({l[4] for l in lines if not 'nosuid' in l[5].split(',') and l[4] != '/' and not l[4].startswith('/proc/')})]
                """;
        assertThat(hostile.run(code).toString()).isEqualTo("[[\"/tmp\"],[]]");
    }

    @Test
    void onlyItsOwnProcessesAreVisible() {
        assertThat(
                        hostile.run(
                                        """
                                        pids = [int(p) for p in os.listdir('/proc') if p.isdigit()]
                                        names = sorted(open('/proc/%d/comm' % p).read().strip() for p in pids)
                                        result = [len(pids), names[0], [p for p in range(3, 5000) if p not in pids and refused(lambda: os.kill(p, 0)) == 'allowed' and not os.path.exists('/proc/self/task/%d' % p)]]
                                        """)
                                .toString())
                .startsWith("[2,\"init\",")
                .endsWith("[]]");
    }

    @Test
    void processOneIsNotHurtBySignals() {
        String count =
                "sys.attacks = getattr(sys, 'attacks', 0) + 1; result = [os.getppid(), sys.attacks]";
        int before = hostile.run(count).get(1).asInt();
        String code =
                """
                for s in range(1, 65):
                    try: os.kill(1, s)
                    except OSError: pass
                time.sleep(0.2)
                result = 1
                """;
        hostile.run(code);
        assertThat(hostile.run(count).toString())
                .as("its parent, and how often this environment was asked")
                .isEqualTo("[1," + (before + 1) + "]");
    }

    @Test
    void theProcessHasNoPrivilege() {
        assertThat(
                        hostile.run(
                                """
                                        s = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)
                                        result = [s[n] for n in ('CapEff', 'CapPrm', 'CapBnd', 'CapInh', 'CapAmb')]
                                        """))
                .hasSize(5)
                .allMatch(set -> set.asString().equals("0000000000000000"));
        assertThat(
                        hostile.run(
                                        """
                                        s = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)
                                        result = [s['NoNewPrivs'], s['Seccomp'], s['Uid'].split()[0], s['Groups'].strip()]
                                        """)
                                .toString())
                .isEqualTo("[\"1\",\"2\",\"993\",\"\"]");
    }

    @Test
    void noSetuidProgramIsInTheImage() {
        assertThat(
                        hostile.run(
                                """
                                found, files_seen = [], 0
                                for top in ('/usr', '/bin', '/sbin', '/var', '/opt', '/etc'):
                                    for root, dirs, files in os.walk(top):
                                        for f in files:
                                            files_seen += 1
                                            p = os.path.join(root, f)
                                            try:
                                                if not os.path.islink(p) and (os.stat(p).st_mode & 0o6000 or 'security.capability' in os.listxattr(p)): found.append(p)
                                            except OSError: pass
                                assert files_seen > 1000
                                result = found
                                """))
                .isEmpty();
    }

    @Test
    void anotherEnvironmentsFilesMemoryAndVariablesAreNotThere() {
        try (HostileFunction victim =
                new HostileFunction(installation, lambda, Map.of("S3", "victims-value"))) {
            String plant =
                    "open('/tmp/secret', 'w').write('victims-file'); sys.kept = 'victims-' + 'memory'; result = 1";
            victim.run(plant);
            String look =
                    """
                    seen = b''
                    for p in os.listdir('/proc'):
                        if not p.isdigit(): continue
                        for f in ('environ', 'cmdline', 'maps'):
                            try: seen += open('/proc/%s/%s' % (p, f), 'rb').read()
                            except OSError: pass
                    result = [b'victims-value' in seen, os.path.exists('/tmp/secret'), b'AWS_SECRET_ACCESS_KEY' in seen or 'AWS_SECRET_ACCESS_KEY' in os.environ]
                    """;
            assertThat(
                            victim.run("result = [os.environ['S3'], open('/tmp/secret').read()]")
                                    .toString())
                    .contains("victims-value", "victims-file");
            assertThat(hostile.run(look).toString()).isEqualTo("[false,false,true]");
            assertThat(hostile.run("result = os.environ['AWS_SECRET_ACCESS_KEY']").asString())
                    .as("credentials of its own")
                    .isNotEqualTo(
                            victim.run("result = os.environ['AWS_SECRET_ACCESS_KEY']").asString());
        }
    }
}
