package dev.cloister.server.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lists and makes the accounts of the running server. Thread-safe. */
public interface AccountAdministration {

    /** All accounts, the oldest first. */
    List<AccountLine> accounts();

    /**
     * Makes an account with a random id and an administrator; durable when it returns.
     *
     * @param name for people; not unique
     * @throws IllegalArgumentException if no account can have the name
     */
    AccountCredentials create(String name);

    /** What the clients of an account's administrator need, if there is that account. */
    Optional<AccountCredentials> credentials(String id);

    /**
     * An account as lists show it.
     *
     * @param id 12 digits
     */
    record AccountLine(String id, String name, Instant createdAt) {}

    /**
     * What an account's administrator signs with, and where.
     *
     * @param secretAccessKey a secret: for the socket's owner alone
     */
    record AccountCredentials(
            String id, String endpoint, String region, String accessKeyId, String secretAccessKey) {
        @Override
        public String toString() {
            return "AccountCredentials[id=" + id + ", accessKeyId=" + accessKeyId + "]";
        }
    }
}
