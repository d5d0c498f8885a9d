package dev.cloister.server.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.runtimes.RuntimeCatalog.Family;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrialCheckTest {
    private static final InvokeOutcome.InvokeReport REPORT =
            new InvokeOutcome.InvokeReport(
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    Optional.empty(),
                    512,
                    30,
                    Optional.empty());

    private static TrialCheck check(Family family, String name) {
        return TrialCheck.of(family).stream()
                .filter(check -> check.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static InvokeOutcome succeeded(String payload) {
        return new InvokeOutcome.Succeeded(Payload.ofUtf8(payload), REPORT);
    }

    private static InvokeOutcome failed(String payload) {
        return new InvokeOutcome.Failed(Payload.ofUtf8(payload), "ValueError", REPORT);
    }

    @Test
    void onlyTheRightAnswerPasses() {
        TrialCheck hello = check(Family.PYTHON, "hello");
        assertThat(hello.complaint(succeeded("\"Hello, world!\""))).isEmpty();
        assertThat(hello.complaint(succeeded("\"Hello!\"")))
                .contains("hello: it answered \"Hello!\"");
        assertThat(hello.complaint(succeeded("not JSON"))).isPresent();
        assertThat(hello.complaint(succeeded(""))).isPresent();
        assertThat(hello.complaint(failed("\"Hello, world!\""))).isPresent();
    }

    @Test
    void anErrorHasToBeTheOneThatWasAskedFor() {
        TrialCheck error = check(Family.RUBY, "an error");
        assertThat(error.complaint(failed("{\"errorMessage\":\"as asked\"}"))).isEmpty();
        assertThat(error.complaint(failed("{\"errorMessage\":\"segmentation fault\"}")))
                .isPresent();
        assertThat(error.complaint(succeeded("\"as asked\""))).isPresent();
    }

    @Test
    void aLargeAnswerIsNotRepeatedInWhole() {
        TrialCheck large = check(Family.NODEJS, "a large payload");
        assertThat(large.event().toString().length()).isBetween(6_000_000, 6 * 1024 * 1024);
        String complaint =
                large.complaint(succeeded("\"" + "x".repeat(100_000) + "\"")).orElseThrow();
        assertThat(complaint).hasSizeLessThan(300).contains("(100002 characters)");
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void everyLanguageHasAFunctionAndItsChecks(Family family) throws IOException {
        assertThat(TrialFunction.of(family).archive().readAllBytes()).hasSizeGreaterThan(200);
        List<TrialCheck> checks = TrialCheck.of(family);
        assertThat(checks)
                .extracting(TrialCheck::name)
                .contains("Unicode", "a JSON round trip", "a large payload", "an error");
    }
}
