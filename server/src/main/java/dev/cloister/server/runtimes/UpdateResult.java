package dev.cloister.server.runtimes;

import java.util.List;

/**
 * How one runtime's update ended.
 *
 * @param outcome {@code current}, {@code released}, {@code rejected} or {@code failed}
 * @param version what functions that follow the runtime run now; {@code -} if there is none
 * @param reasons why it was rejected or failed
 * @param changes the packages that differ from the version before
 * @param moved how many versions of functions run the new version
 * @param removed old versions that nobody used
 */
public record UpdateResult(
        String runtime,
        String outcome,
        String version,
        List<String> reasons,
        List<String> changes,
        int moved,
        List<String> removed) {
    public UpdateResult {
        reasons = List.copyOf(reasons);
        changes = List.copyOf(changes);
        removed = List.copyOf(removed);
    }
}
