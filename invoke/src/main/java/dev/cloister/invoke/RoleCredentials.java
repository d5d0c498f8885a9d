package dev.cloister.invoke;

import dev.cloister.api.SecretText;
import dev.cloister.functions.VersionSnapshot;

/** Assumes the execution role of a function. Thread-safe. */
@FunctionalInterface
public interface RoleCredentials {

    /** Temporary credentials of the version's role that outlive {@link InvokeSettings#maxAge}. */
    SessionCredentials assume(VersionSnapshot version);

    /** What a function's SDK signs with. */
    record SessionCredentials(
            String accessKeyId, SecretText secretAccessKey, SecretText sessionToken) {}
}
