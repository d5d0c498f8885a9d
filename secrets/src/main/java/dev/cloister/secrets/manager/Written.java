package dev.cloister.secrets.manager;

import java.util.List;
import java.util.Optional;

/**
 * What a write left.
 *
 * @param versionId of the version that the request made or found; empty if it had no value
 * @param stages of that version
 */
public record Written(Secret secret, Optional<String> versionId, List<String> stages) {
    public Written {
        stages = List.copyOf(stages);
    }

    static Written of(Secret secret) {
        return new Written(secret, Optional.empty(), List.of());
    }

    static Written of(Secret secret, String versionId) {
        return new Written(secret, Optional.of(versionId), secret.stages().of(versionId));
    }
}
