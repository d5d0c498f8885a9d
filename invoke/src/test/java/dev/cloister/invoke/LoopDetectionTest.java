package dev.cloister.invoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cloister.api.AwsError;
import dev.cloister.functions.RecursiveLoop;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoopDetectionTest {
    private static final String ROOT = "Root=1-0-0;Parent=1;Sampled=0";

    private final LoopDetection loops = new LoopDetection(new Random(7));

    private String enter(String header, int function) {
        return enter(header, function, RecursiveLoop.TERMINATE);
    }

    private String enter(String header, int function, RecursiveLoop loop) {
        return loops.enter(
                header, "arn:aws:lambda:us-east-1:123456789012:function:f" + function, loop);
    }

    @Test
    void aChainCountsItsFunctions() {
        String first = enter(ROOT, 1);
        assertThat(first).matches("Root=1-0-0;Parent=1;Sampled=0;Lineage=[0-9a-f]{8}:0");
        String second = enter(first, 2);
        assertThat(second)
                .startsWith(first + "|")
                .matches(".*;Lineage=[0-9a-f]{8}:0.[0-9a-f]{8}:0");
        assertThat(enter(second, 1)).isEqualTo(second.replaceFirst(":0\\|", ":1|"));
    }

    @Test
    void theSeventeenthInvocationOfAChainIsRefused() {
        String header = ROOT;
        for (int i = 1; i <= 16; i++) {
            header = enter(header, 1);
        }
        String full = header;
        assertThat(full).endsWith(":15");
        assertThatExceptionOfType(AwsError.class)
                .isThrownBy(() -> enter(full, 1))
                .satisfies(
                        error -> {
                            assertThat(error.code()).isEqualTo("RecursiveInvocationException");
                            assertThat(error.status()).isEqualTo(400);
                        })
                .withMessage("Recursion detected");
        assertThat(enter(full, 2)).as("another function goes on").startsWith(full + "|");
    }

    @Test
    void aFunctionThatMayGoesOn() {
        String header = ROOT;
        for (int i = 1; i <= 12_000; i++) {
            header = enter(header, 1, RecursiveLoop.ALLOW);
        }
        String long_ = header;
        assertThat(long_).hasSizeLessThan(80).endsWith(":9999");
        assertThatExceptionOfType(AwsError.class).isThrownBy(() -> enter(long_, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 15, 16, 17, 24, 40})
    void aLoopThroughAnyNumberOfFunctionsIsFound(int functions) {
        String header =
                enter("Lineage=" + "0".repeat(8) + ":0|" + strangers(15) + ";Root=1-0-0", 99);
        int invocations = 0;
        boolean found = false;
        while (!found) {
            assertThat(invocations).isLessThan(20_000);
            try {
                header = enter(header, invocations % functions);
                invocations++;
                assertThat(header).hasSizeLessThan(300);
            } catch (AwsError _) {
                found = true;
            }
        }
        assertThat(invocations)
                .as("each function has run at least 16 times")
                .isGreaterThanOrEqualTo(16 * functions);
    }

    private static String strangers(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "%08x:3".formatted(i))
                .collect(Collectors.joining("|"));
    }

    @Test
    void aChainWithoutLoopIsNeverRefused() {
        String header = ROOT;
        for (int i = 0; i < 5_000; i++) {
            header = enter(header, i);
        }
        assertThat(Lineage.of(header).functions()).hasSize(Lineage.MAX_FUNCTIONS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "a87bd80c",
                "a87bd80c:",
                "a87bd80c:99999",
                "a87bd80c:-1",
                "A87BD80C:1",
                "a87bd80c:1|",
                "|a87bd80c:1",
                "32767:e65a2c4d:255",
                "a87bd80c:1|b87bd80c"
            })
    void aLineageThatCannotBeReadBeginsAnew(String lineage) {
        String header = enter("Root=1-0-0;Lineage=" + lineage + ";Sampled=1", 1);
        assertThat(header).matches("Root=1-0-0;Sampled=1;Lineage=[0-9a-f]{8}:0");
    }

    @Test
    void moreFunctionsThanAreToldApartAreAMalformedLineage() {
        assertThat(Lineage.of("Lineage=" + strangers(16)).functions()).hasSize(16);
        assertThat(Lineage.of("Lineage=" + strangers(17)).functions()).isEmpty();
    }
}
