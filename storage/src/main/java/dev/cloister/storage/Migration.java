package dev.cloister.storage;

import java.util.List;

/**
 * The numbered steps of one module's tables. Steps are applied once, in order, each in a
 * transaction; a step that has been released is never edited.
 *
 * @param component the module that owns the tables, for example {@code functions}
 * @param steps SQL scripts; step n brings the component from version n to n + 1
 */
public record Migration(String component, List<String> steps) {
    public Migration {
        steps = List.copyOf(steps);
    }
}
