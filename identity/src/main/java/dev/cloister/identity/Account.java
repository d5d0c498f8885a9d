package dev.cloister.identity;

import dev.cloister.api.AccountId;
import java.time.Instant;

/**
 * An account: the boundary that no credential crosses.
 *
 * @param name for people; not unique
 */
public record Account(AccountId id, String name, Instant createdAt) {

    /** The ARN of the account's root user. */
    public String rootArn() {
        return "arn:aws:iam::" + id + ":root";
    }
}
