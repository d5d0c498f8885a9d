package dev.cloister.worker.environment;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Durations as Lambda's log writes them. */
final class Durations {
    private static final long NANOS_PER_HUNDREDTH = 10_000;

    private Durations() {}

    /** Milliseconds with two decimals. */
    static String millisText(Duration duration) {
        StringBuilder text = new StringBuilder(12);
        appendMillis(text, duration);
        return text.toString();
    }

    static void appendMillis(StringBuilder text, Duration duration) {
        append(text, (duration.toNanos() + NANOS_PER_HUNDREDTH / 2) / NANOS_PER_HUNDREDTH);
    }

    /** Seconds with two decimals. */
    static String secondsText(Duration duration) {
        StringBuilder text = new StringBuilder(12);
        append(text, duration.toMillis() / 10);
        return text.toString();
    }

    private static void append(StringBuilder text, long hundredths) {
        long rest = hundredths % 100;
        text.append(hundredths / 100).append('.');
        if (rest < 10) {
            text.append('0');
        }
        text.append(rest);
    }

    /** As a JSON number with three decimals at most. */
    static double millis(Duration duration) {
        return TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) / 1000.0;
    }

    /** Rounded up to the millisecond, as it is billed. */
    static Duration billed(Duration duration) {
        return Duration.ofMillis((duration.toNanos() + 999_999) / 1_000_000);
    }
}
