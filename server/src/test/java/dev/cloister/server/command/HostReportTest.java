package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.sandbox.HostCapabilities;
import dev.cloister.worker.sandbox.HostCapabilities.Finding;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostReportTest {
    private static final Finding CGROUPS =
            new Finding("cgroups", Optional.of("version 2"), true, "limits", "");
    private static final Finding NO_FSCRYPT =
            new Finding("fscrypt", Optional.empty(), false, "/tmp on disk", "another kernel");
    private static final Finding NO_EROFS =
            new Finding("erofs", Optional.empty(), true, "images", "modprobe erofs");
    private static final Finding NO_KVM =
            new Finding("KVM", Optional.empty(), false, "not used yet", "the firmware");

    @Test
    void aHostWithEverythingInUseGetsFullIsolation() {
        HostReport report = report(CGROUPS, NO_KVM);
        assertThat(report.text())
                .contains("ok       cgroups            version 2")
                .contains("full isolation");
        assertThat(report.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void whatIsAbsentIsToldWithItsRemedy() {
        HostReport report = report(CGROUPS, NO_FSCRYPT);
        assertThat(report.text())
                .contains("absent   fscrypt")
                .contains("to get it: another kernel")
                .contains("less what is absent");
        assertThat(report.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aHostThatCanNotIsolateIsToldSoAndByItsExitCode() {
        HostReport report = report(CGROUPS, NO_EROFS);
        assertThat(report.text()).contains("MISSING  erofs").contains("can't be isolated here");
        assertThat(report.exitCode()).isEqualTo(ExitCode.HOST);
    }

    @Test
    void everyHostCanBeExaminedByAnyUser() {
        assertThat(new HostReport(HostCapabilities.detect()).text()).contains("cgroups");
    }

    private static HostReport report(Finding... findings) {
        return new HostReport(new HostCapabilities(List.of(findings)));
    }
}
