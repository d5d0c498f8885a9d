package dev.cloister.runtimes;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When AWS withdraws a runtime (AWS Lambda Developer Guide, page "Lambda runtimes"). Immutable.
 *
 * <p>A date means its midnight in the Pacific time zone, as that page says. What is not scheduled
 * is empty.
 *
 * @param identifier as in CreateFunction, for example {@code python3.13}
 * @param deprecation no more updates of the runtime from then on
 * @param blockCreate no function is created with it from then on
 * @param blockUpdate no function that has it is changed from then on, unless to another runtime
 */
public record RuntimeLifecycle(
        String identifier,
        Optional<LocalDate> deprecation,
        Optional<LocalDate> blockCreate,
        Optional<LocalDate> blockUpdate) {
    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    /** How far a runtime's withdrawal has come. Invocation goes on in each of them. */
    public enum Phase {
        SUPPORTED,
        DEPRECATED,
        CREATE_BLOCKED,
        UPDATE_BLOCKED
    }

    /** The phase at a time. */
    public Phase phase(Instant now) {
        if (reached(blockUpdate, now)) {
            return Phase.UPDATE_BLOCKED;
        }
        if (reached(blockCreate, now)) {
            return Phase.CREATE_BLOCKED;
        }
        return reached(deprecation, now) ? Phase.DEPRECATED : Phase.SUPPORTED;
    }

    /** When a day of these dates begins. */
    public static Instant startOf(LocalDate day) {
        return day.atStartOfDay(PACIFIC).toInstant();
    }

    private static boolean reached(Optional<LocalDate> day, Instant now) {
        return day.map(RuntimeLifecycle::startOf).filter(start -> !now.isBefore(start)).isPresent();
    }
}
