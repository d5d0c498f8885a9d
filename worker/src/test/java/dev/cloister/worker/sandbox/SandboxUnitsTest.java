package dev.cloister.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.worker.linux.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of sandboxes that need no root. */
final class SandboxUnitsTest {

    @Test
    void hostIdsAreNeverSharedAndComeBackLate() {
        HostIds ids = new HostIds(1_000_000, 10);
        Set<Integer> users = new HashSet<>();
        HostIds.Ids first = ids.take();
        users.add(first.root());
        users.add(first.user());
        for (int i = 1; i < 10; i++) {
            HostIds.Ids next = ids.take();
            users.add(next.root());
            users.add(next.user());
        }

        assertThat(users).hasSize(20);
        assertThatThrownBy(ids::take).isInstanceOf(SandboxException.class);
        ids.release(first);
        assertThat(ids.take()).isEqualTo(first);
    }

    @Test
    void rangesAreCheckedAndThoseWithinOthersDropped() {
        assertThat(
                        EgressRanges.requireOpenable(
                                List.of("10.1.2.3/8", "10.9.0.0/16", "192.168.1.1")))
                .containsExactly("10.0.0.0/8", "192.168.1.1/32");
        for (String never :
                List.of("127.0.0.1", "169.254.169.254", "198.18.0.9", "0.0.0.0/0", "224.0.0.1")) {
            assertThatThrownBy(() -> EgressRanges.requireOpenable(List.of(never)))
                    .isInstanceOf(SandboxException.class);
        }
        for (String wrong : List.of("fd00::/8", "example.com", "10.0.0.0/33", "10.0.0.0/x", "")) {
            assertThatThrownBy(() -> EgressRanges.requireOpenable(List.of(wrong)))
                    .isInstanceOf(SandboxException.class);
        }
    }

    @Test
    void namesOfInstallationsFitTheKernelsLimits() {
        SandboxSettings settings =
                SandboxSettings.of("abcdef0123456789", Path.of("/data"), Path.of("/usr/bin/crun"));

        assertThat(settings.devicePrefix() + Integer.toString(settings.maxSandboxes(), 36))
                .hasSizeLessThanOrEqualTo(15);
        assertThat(settings.firstHostUid() + 2 * settings.maxSandboxes()).isPositive();
        assertThatThrownBy(
                        () -> SandboxSettings.of("../x", Path.of("/d"), Path.of("/usr/bin/crun")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theInitProgramIsItsSourceAssembled(@TempDir Path folder) throws IOException {
        boolean x86 = System.getProperty("os.arch").equals("amd64");
        Assumptions.assumeTrue(
                x86 && Tool.find("as").isPresent() && Tool.find("ld").isPresent(),
                "needs binutils on x86-64");
        Path source = folder.resolve("init.S");
        try (InputStream in = OciBundle.class.getResourceAsStream("init-x86_64.S")) {
            Files.copy(in, source);
        }
        String object = folder.resolve("init.o").toString();
        Path program = folder.resolve("init");
        SandboxFixture.run("as", "-o", object, source.toString());
        SandboxFixture.run(
                "ld",
                "-n",
                "-s",
                "--build-id=none",
                "-z",
                "noseparate-code",
                "-o",
                program.toString(),
                object);

        assertThat(new OciBundle().init().orElseThrow()).isEqualTo(Files.readAllBytes(program));
    }

    @Test
    void capabilitiesNameARemedyForWhatIsMissing() {
        HostCapabilities capabilities = HostCapabilities.detect();

        assertThat(capabilities.findings())
                .extracting(HostCapabilities.Finding::name)
                .contains("cgroups", "namespaces", "seccomp", "erofs", "fscrypt", "nft", "KVM");
        assertThat(capabilities.findings())
                .filteredOn(finding -> finding.found().isEmpty())
                .allSatisfy(finding -> assertThat(finding.remedy()).isNotBlank());
    }
}
