package dev.cloister.signer;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;

/**
 * How long a profile's signatures are good for.
 *
 * @param value at least 1; at most 135 months in all (Signer: "SignatureValidityPeriod")
 */
public record Validity(Unit unit, int value) {
    /** What a profile has that says nothing else. */
    public static final Validity DEFAULT = new Validity(Unit.MONTHS, 135);

    /** As the API names them. */
    public enum Unit {
        DAYS,
        MONTHS,
        YEARS
    }

    /** Whether it lies within AWS's limits. */
    public boolean isAllowed() {
        int most =
                switch (unit) {
                    case DAYS -> 4_110;
                    case MONTHS -> 135;
                    case YEARS -> 11;
                };
        return value >= 1 && value <= most;
    }

    Instant after(Instant start) {
        Period period =
                switch (unit) {
                    case DAYS -> Period.ofDays(value);
                    case MONTHS -> Period.ofMonths(value);
                    case YEARS -> Period.ofYears(value);
                };
        return start.atZone(ZoneOffset.UTC).plus(period).toInstant();
    }
}
