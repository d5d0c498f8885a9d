package dev.cloister.server.command;

import dev.cloister.worker.sandbox.HostCapabilities;
import dev.cloister.worker.sandbox.HostCapabilities.Finding;

/** What the host can do, as text for people. */
record HostReport(HostCapabilities capabilities) {

    int exitCode() {
        return capabilities.sufficient() ? ExitCode.OK : ExitCode.HOST;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        capabilities.findings().forEach(finding -> append(text, finding));
        text.append(System.lineSeparator()).append(conclusion());
        return text.append(System.lineSeparator()).toString();
    }

    private static void append(StringBuilder text, Finding finding) {
        boolean present = finding.found().isPresent();
        String mark = present ? "ok     " : finding.required() ? "MISSING" : "absent ";
        text.append("%s  %-18s %s%n".formatted(mark, finding.name(), finding.found().orElse("")));
        text.append("         %s%n".formatted(finding.consequence()));
        if (!present && !finding.remedy().isEmpty()) {
            text.append("         to get it: %s%n".formatted(finding.remedy()));
        }
    }

    private String conclusion() {
        if (!capabilities.sufficient()) {
            return "Functions can't be isolated here until what is MISSING is there.";
        }
        boolean complete =
                capabilities.findings().stream()
                        .filter(finding -> !finding.name().equals("KVM"))
                        .allMatch(finding -> finding.found().isPresent());
        return complete
                ? "Functions get the full isolation of docs/security-model.md."
                : "Functions can be isolated here, less what is absent above.";
    }
}
