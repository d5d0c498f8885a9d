package dev.cloister.secrets.manager;

import java.time.Instant;
import java.util.Optional;

/**
 * The order of a list of secrets (ListSecrets, SortBy and SortOrder). Equal ones are in order of
 * their ARNs.
 */
public record SecretOrder(By by, Direction direction) {

    /** What they are sorted by. */
    public enum By {
        CREATED_DATE,
        CHANGED_DATE,
        ACCESSED_DATE,
        NAME
    }

    /** Which way. */
    public enum Direction {
        ASCENDING,
        DESCENDING
    }

    /** As AWS has it where a request says nothing. */
    public static final SecretOrder STANDARD =
            new SecretOrder(By.CREATED_DATE, Direction.DESCENDING);

    /**
     * A place in the order.
     *
     * @param text "t" and epoch milliseconds, or "n" and a name
     */
    record Position(String text, String arn) {
        Object value() {
            return text.startsWith("t")
                    ? (Object) Long.valueOf(text.substring(1))
                    : text.substring(1);
        }
    }

    String column() {
        return switch (by) {
            case CREATED_DATE -> "created_at";
            case CHANGED_DATE -> "changed_at";
            case ACCESSED_DATE -> "COALESCE(accessed_at, 0)";
            case NAME -> "name";
        };
    }

    boolean isAscending() {
        return direction == Direction.ASCENDING;
    }

    Position position(Secret secret) {
        return new Position(
                switch (by) {
                    case CREATED_DATE -> time(Optional.of(secret.createdAt()));
                    case CHANGED_DATE -> time(Optional.of(secret.changedAt()));
                    case ACCESSED_DATE -> time(secret.accessedAt());
                    case NAME -> "n" + secret.name();
                },
                secret.arn());
    }

    private static String time(Optional<Instant> at) {
        return "t" + at.map(Instant::toEpochMilli).orElse(0L);
    }
}
