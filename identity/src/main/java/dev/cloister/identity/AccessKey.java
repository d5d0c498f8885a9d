package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.api.SecretText;
import java.time.Instant;

/** A long-lived access key of an account's root user, with its secret. */
public record AccessKey(
        AccountId account, String accessKeyId, SecretText secretAccessKey, Instant createdAt) {}
