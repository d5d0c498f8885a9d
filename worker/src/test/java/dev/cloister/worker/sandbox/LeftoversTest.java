package dev.cloister.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.linux.Processes;
import dev.cloister.worker.linux.Tool;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a worker that was killed, and what the next one makes of it. */
@Timeout(120)
final class LeftoversTest {
    private final SandboxSettings settings = SandboxFixture.settings("killedtest");
    private final boolean egress = Tool.find("nft").isPresent();
    private Process killed;

    @BeforeEach
    void killAWorker() throws Exception {
        SandboxFixture.assumeHost();
        killed =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWorker.class.getName(),
                                "killedtest",
                                egress ? "egress" : "none")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader out = killed.inputReader(StandardCharsets.UTF_8);
        assertThat(out.readLine()).isEqualTo("running");
        killed.destroyForcibly();
        assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void remove() {
        if (killed != null) {
            OciSandboxes.removeLeftovers(settings);
        }
    }

    private List<Integer> sandboxed() {
        return Processes.all().stream().filter(this::isOurs).toList();
    }

    /** Whether it is one of ours and alive: the host's process 1 may take a moment to reap it. */
    private boolean isOurs(int pid) {
        if (Processes.commandLine(pid).orElse("").isEmpty()) {
            return false;
        }
        try {
            int uid = (Integer) Files.getAttribute(Path.of("/proc/" + pid), "unix:uid");
            return uid >= settings.firstHostUid()
                    && uid < settings.firstHostUid() + 2 * settings.maxSandboxes();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void areAllRemoved() throws IOException {
        assertThat(sandboxed()).isNotEmpty();

        OciSandboxes.removeLeftovers(settings);

        assertThat(sandboxed()).isEmpty();
        assertThat(Path.of("/sys/fs/cgroup/memory", settings.cgroupParent())).doesNotExist();
        assertThat(Path.of("/sys/fs/cgroup", settings.cgroupParent())).doesNotExist();
        assertThat(settings.runFolder()).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain("killedtest");
        assertThat(Files.readString(Path.of("/proc/net/dev")))
                .doesNotContain(settings.devicePrefix());
    }

    @Test
    void doNotHinderTheNextWorker() throws Exception {
        SandboxFixture.Printed printed = new SandboxFixture.Printed();
        try (OciSandboxes sandboxes = new OciSandboxes(settings);
                Sandbox sandbox = sandboxes.create(SandboxFixture.rootImage(), 512, printed)) {
            var _ =
                    sandbox.start(SandboxFixture.shell("echo next"))
                            .exited()
                            .get(60, TimeUnit.SECONDS);
        }
        assertThat(printed.text()).isEqualTo("next\n");
        assertThat(sandboxed()).isEmpty();
    }
}
