package dev.cloister.observe.logs;

import static dev.cloister.observe.logs.TestStore.QUIET;
import static dev.cloister.observe.logs.TestStore.REGION;
import static dev.cloister.observe.logs.TestStore.group;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.observe.LogSettings;
import dev.cloister.observe.LogStore.LogWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskBoundsTest {
    private static final int SEGMENT = 16 << 10;

    private static final LogSettings SMALL =
            QUIET.withDisk(256 << 10, 64 << 10, SEGMENT).withBuffers(4096, 1 << 20, 1L << 40);

    @TempDir Path folder;

    @Test
    void groupGivesUpItsOldestSegments() {
        try (TestStore store = new TestStore(folder, SMALL)) {
            LogWriter writer = store.open("g", "s");
            for (int i = 0; i < 2_000; i++) {
                writer.append(store.events("event %05d %s".formatted(i, "x".repeat(100))));
                assertThat(store.store().diskBytes()).isLessThanOrEqualTo(64 << 10);
            }
            store.flush();
            List<String> left = store.messages("g");
            assertThat(left).hasSizeBetween(200, 1_000).isSorted();
            assertThat(left.getLast()).startsWith("event 01999");
            assertThat(store.segmentFiles()).hasSizeLessThanOrEqualTo(5);
            store.reopen();
            assertThat(store.messages("g")).isEqualTo(left);
        }
    }

    @Test
    void whoHoldsMostGivesUpFirst() {
        AccountId noisy = new AccountId("210987654321");
        try (TestStore store = new TestStore(folder, SMALL)) {
            store.open("quiet", "s").append(store.events("the only line"));
            store.flush();
            for (int g = 0; g < 8; g++) {
                LogWriter writer = store.store().open(noisy, REGION, "g" + g, "s");
                for (int i = 0; i < 500; i++) {
                    writer.append(store.events("x".repeat(100)));
                    assertThat(store.store().diskBytes()).isLessThanOrEqualTo(256 << 10);
                }
            }
            assertThat(store.store().diskBytes()).isGreaterThan(200 << 10);
            assertThat(store.messages("quiet")).containsExactly("the only line");
        }
    }

    @Test
    void expiredEventsAreHiddenAtOnceAndRemovedByTheSweep() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            LogWriter writer = store.open("g", "s");
            writer.append(store.events("old"));
            store.flush();
            store.pass(Duration.ofHours(20));
            writer.append(store.events("newer"));
            store.flush();
            store.store().catalog().setRetention(group("g"), 1);
            store.pass(Duration.ofHours(5));
            assertThat(store.messages("g")).containsExactly("newer");
            store.store().sweep();
            assertThat(store.segmentFiles()).hasSize(1);
            store.pass(Duration.ofHours(20));
            store.store().sweep();
            assertThat(store.segmentFiles()).isEmpty();
            assertThat(store.store().diskBytes()).isZero();
            writer.append(store.events("fresh"));
            store.reopen();
            assertThat(store.messages("g")).containsExactly("fresh");
        }
    }

    @Test
    void segmentIsSealedAtItsAge() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            LogWriter writer = store.open("g", "s");
            writer.append(store.events("a"));
            store.flush();
            store.pass(QUIET.segmentAge().plusSeconds(1));
            writer.append(store.events("b"));
            store.flush();
            assertThat(store.segmentFiles()).hasSize(2);
            assertThat(store.messages("g")).containsExactly("a", "b");
        }
    }

    @Test
    void sweepForgetsStreamsThatNobodyUses() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            store.open("g", "opened and never used").close();
            store.flush();
            store.store().sweep();
            assertThat(store.store().catalog().stream(group("g"), "opened and never used"))
                    .matches(stream -> !stream.hasEvents());
        }
    }
}
