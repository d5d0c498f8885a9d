package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OutputLinesTest {

    @Test
    void linesAreCutWhereverTheBytesAreCut() {
        String text = "first\nsecond: é€😀\r\n\n\nTraceback\r  at a\r  at b\nlast without end";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            OutputLines lines = new OutputLines();
            List<String> all = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(9));
                all.addAll(lines.add(Arrays.copyOfRange(bytes, at, to)));
                at = to;
            }
            all.addAll(lines.flush());
            assertThat(all)
                    .containsExactly(
                            "first",
                            "second: é€😀",
                            "Traceback\n  at a\n  at b",
                            "last without end");
            assertThat(lines.flush()).isEmpty();
        }
    }

    @Test
    void longLinesAreSplitBetweenCharacters() {
        int max = OutputLines.MAX_MESSAGE_BYTES;
        for (String unit : List.of("a", "é", "€", "😀")) {
            for (int extra = -2; extra <= 2; extra++) {
                String line = "x".repeat(max + extra - 4) + unit.repeat(3);
                OutputLines lines = new OutputLines();
                List<String> all =
                        new ArrayList<>(lines.add((line + "\n").getBytes(StandardCharsets.UTF_8)));
                assertThat(String.join("", all)).isEqualTo(line);
                assertThat(all)
                        .allSatisfy(
                                part ->
                                        assertThat(part.getBytes(StandardCharsets.UTF_8).length)
                                                .isLessThanOrEqualTo(max));
            }
        }
    }

    @Test
    void bytesThatAreNoTextStayWithinTheLimit() {
        byte[] noise = new byte[3 * OutputLines.MAX_MESSAGE_BYTES];
        Arrays.fill(noise, (byte) 0xFF);
        OutputLines lines = new OutputLines();
        List<String> all = new ArrayList<>(lines.add(noise));
        all.addAll(lines.flush());
        assertThat(all.stream().mapToInt(String::length).sum()).isEqualTo(noise.length);
        assertThat(all)
                .allSatisfy(
                        part ->
                                assertThat(part.getBytes(StandardCharsets.UTF_8).length)
                                        .isLessThanOrEqualTo(OutputLines.MAX_MESSAGE_BYTES));
    }

    @Test
    void theTailIsTheLastBytesFromTheStartOfACharacter() {
        LogTail tail = new LogTail();
        tail.add("short");
        assertThat(tail.bytes().utf8()).isEqualTo("short\n");
        tail.add("€".repeat(5_000));
        tail.add("end");
        assertThat(tail.bytes().utf8()).endsWith("€€\nend\n").doesNotContain("\uFFFD");
        assertThat(tail.bytes().length()).isBetween(4_094, 4_096);
    }
}
