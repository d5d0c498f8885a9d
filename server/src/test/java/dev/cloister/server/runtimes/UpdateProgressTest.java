package dev.cloister.server.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UpdateProgressTest {
    private final UpdateProgress progress = new UpdateProgress();

    @Test
    void tellsEachLineOnce() {
        progress.line("one");
        progress.line("two");
        UpdateProgress.View first = progress.from(0);
        assertThat(first.lines()).containsExactly("one", "two");
        assertThat(first.done()).isFalse();
        progress.line("three");
        progress.end();
        UpdateProgress.View second = progress.from(first.next());
        assertThat(second.lines()).containsExactly("three");
        assertThat(second.done()).isTrue();
        assertThat(progress.from(second.next()).lines()).isEmpty();
        assertThat(progress.from(999).lines()).isEmpty();
    }

    @Test
    void ofVeryManyLinesTheLastAreKept() {
        for (int line = 0; line < 5_000; line++) {
            progress.line("line " + line);
        }
        assertThat(progress.from(0).lines()).hasSize(2_000).last().isEqualTo("line 4999");
        assertThat(progress.from(4_999).lines()).isEqualTo(List.of("line 4999"));
        assertThat(progress.from(0).next()).isEqualTo(5_000);
    }
}
