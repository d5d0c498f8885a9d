package dev.cloister.invoke.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceHeaderTest {
    private static final String FRESH = "Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16}";

    private final TraceHeader headers = new TraceHeader(new SecureRandom());

    private String continued(String header) {
        return headers.continueFrom(Optional.of(header), Instant.EPOCH);
    }

    @Test
    void aTraceIsContinued() {
        String header = "Root=1-5-6;Parent=7;Sampled=1;Lineage=a87bd80c:1|68fd508a:5";
        assertThat(continued(header)).isEqualTo(header);
        assertThat(headers.continueFrom(Optional.empty(), Instant.EPOCH)).matches(FRESH);
    }

    @Test
    void aLineageIsReadAsThePythonSdkQuotesIt() {
        assertThat(continued("Root=1-5-6;Lineage=a87bd80c:1%7C68fd508a:5%7c00000000:0"))
                .isEqualTo("Root=1-5-6;Lineage=a87bd80c:1|68fd508a:5|00000000:0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Root=2-5-6", "Root=1-5-6;%0d%0aX: y", "Root=1-5-6\tb"})
    void whatIsNoTraceHeaderBeginsATrace(String header) {
        assertThat(continued(header)).matches(FRESH);
    }

    @Test
    void aHeaderOfAnyLengthIsRead() {
        assertThat(continued("Root=1-" + "5".repeat(5000))).matches(FRESH);
    }

    @Test
    void theCallerSeesItsKeysInLowerCase() {
        assertThat(TraceHeader.forCaller("Root=1-5-6;Parent=7;Sampled=1;Lineage=a87bd80c:1"))
                .isEqualTo("root=1-5-6;parent=7;sampled=1;lineage=a87bd80c:1");
    }
}
