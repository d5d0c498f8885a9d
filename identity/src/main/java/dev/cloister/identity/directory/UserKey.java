package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import java.time.Instant;
import java.util.Optional;

/**
 * An access key of a user, without its secret.
 *
 * @param userId the unique id of its user, as users may change their names
 */
public record UserKey(
        AccountId account,
        String accessKeyId,
        String userId,
        Status status,
        Instant createdAt,
        Optional<LastUse> lastUse) {

    /** Whether requests can be signed with it. */
    public enum Status {
        ACTIVE("Active"),
        INACTIVE("Inactive");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** When, where and for what a key was used last. */
    public record LastUse(Instant at, String region, String service) {}

    UserKey with(Status newStatus) {
        return new UserKey(account, accessKeyId, userId, newStatus, createdAt, lastUse);
    }

    UserKey with(LastUse use) {
        return new UserKey(account, accessKeyId, userId, status, createdAt, Optional.of(use));
    }
}
