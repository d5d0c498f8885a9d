package dev.cloister.runtimes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.runtimes.RuntimeLifecycle.Phase;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuntimeLifecyclesTest {
    private static final RuntimeLifecycles AWS = RuntimeLifecycles.ofAws();

    private static Phase phase(String runtime, String instant) {
        return AWS.find(runtime).orElseThrow().phase(Instant.parse(instant));
    }

    @Test
    void aPhaseBeginsAtMidnightInThePacificTimeZone() {
        assertThat(phase("nodejs22.x", "2027-04-30T06:59:59Z")).isEqualTo(Phase.SUPPORTED);
        assertThat(phase("nodejs22.x", "2027-04-30T07:00:00Z")).isEqualTo(Phase.DEPRECATED);
        assertThat(phase("nodejs22.x", "2027-06-01T06:59:59Z")).isEqualTo(Phase.DEPRECATED);
        assertThat(phase("nodejs22.x", "2027-06-01T07:00:00Z")).isEqualTo(Phase.CREATE_BLOCKED);
        assertThat(phase("nodejs22.x", "2027-07-01T07:00:00Z")).isEqualTo(Phase.UPDATE_BLOCKED);
        assertThat(phase("nodejs26.x", "2099-01-01T00:00:00Z")).isEqualTo(Phase.SUPPORTED);
    }

    @Test
    void eachRuntimeIsDeprecatedBeforeItIsBlocked() {
        assertThat(AWS.all()).hasSizeGreaterThan(45);
        for (RuntimeLifecycle each : AWS.all()) {
            boolean scheduled = each.deprecation().isPresent();
            assertThat(each.blockCreate().isPresent()).as(each.identifier()).isEqualTo(scheduled);
            assertThat(each.blockUpdate().isPresent()).as(each.identifier()).isEqualTo(scheduled);
            if (scheduled) {
                LocalDate create = each.blockCreate().orElseThrow();
                assertThat(each.deprecation().orElseThrow())
                        .as(each.identifier())
                        .isBeforeOrEqualTo(create);
                assertThat(create)
                        .as(each.identifier())
                        .isBeforeOrEqualTo(each.blockUpdate().orElseThrow());
            }
        }
    }

    @Test
    void everyRuntimeThatCanBeBuiltIsInTheTable() {
        assertThat(new StandardRuntimeCatalog().all())
                .allSatisfy(runtime -> assertThat(AWS.find(runtime.identifier())).isPresent());
    }

    @Test
    void whatAwsAcceptsShrinksWithTime() {
        assertThat(AWS.accepted(Instant.parse("2026-11-23T00:00:00Z")))
                .contains("nodejs16.x", "python3.8", "dotnet6", "provided.al2", "java25")
                .doesNotContain("go1.x", "java8", "nodejs14.x", "provided", "python2.7");
        assertThat(AWS.accepted(Instant.parse("2027-03-04T00:00:00Z")))
                .doesNotContain("nodejs16.x", "python3.8")
                .contains("python3.11");
    }

    @Test
    void aBadLineIsNamed() {
        assertThatThrownBy(() -> RuntimeLifecycles.parse("python3.13,2029-06-30\n"))
                .hasMessageContaining("python3.13,2029-06-30");
        assertThat(RuntimeLifecycles.parse("# no\n\nx,,,\n").find("x"))
                .contains(
                        new RuntimeLifecycle(
                                "x", Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
