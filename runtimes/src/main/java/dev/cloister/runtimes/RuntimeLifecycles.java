package dev.cloister.runtimes;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every runtime identifier that AWS has given out, with its dates, in AWS's order: the file {@code
 * lifecycles.csv} of this package. Immutable.
 */
public final class RuntimeLifecycles {
    private static final int FIELDS = 4;

    private final Map<String, RuntimeLifecycle> byIdentifier = new LinkedHashMap<>();

    private RuntimeLifecycles(List<RuntimeLifecycle> all) {
        all.forEach(lifecycle -> byIdentifier.put(lifecycle.identifier(), lifecycle));
    }

    /** AWS's table. */
    public static RuntimeLifecycles ofAws() {
        return parse(new String(Recipe.read("lifecycles.csv"), StandardCharsets.UTF_8));
    }

    static RuntimeLifecycles parse(String table) {
        return new RuntimeLifecycles(
                table.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(RuntimeLifecycles::line)
                        .toList());
    }

    /** A runtime that AWS has or had. */
    public Optional<RuntimeLifecycle> find(String identifier) {
        return Optional.ofNullable(byIdentifier.get(identifier));
    }

    public List<RuntimeLifecycle> all() {
        return List.copyOf(byIdentifier.values());
    }

    /** The identifiers that AWS takes at a time: those of which updates are not blocked yet. */
    public List<String> accepted(Instant now) {
        return byIdentifier.values().stream()
                .filter(each -> each.phase(now) != RuntimeLifecycle.Phase.UPDATE_BLOCKED)
                .map(RuntimeLifecycle::identifier)
                .toList();
    }

    private static RuntimeLifecycle line(String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("lifecycles.csv has a bad line: " + line);
        }
        return new RuntimeLifecycle(fields[0], date(fields[1]), date(fields[2]), date(fields[3]));
    }

    private static Optional<LocalDate> date(String field) {
        return field.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(field));
    }
}
