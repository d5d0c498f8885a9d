package dev.cloister.secrets.parameters;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The labels of versions; each is on one version of a parameter at most. Thread-safe. */
public final class ParameterLabels {
    /** Labels of a version (User Guide, "Working with parameter labels"). */
    static final int MOST = 10;

    private static final Pattern FORM = Pattern.compile("[a-zA-Z_.-][a-zA-Z0-9_.-]{0,99}");

    private final Database database;

    ParameterLabels(Database database) {
        this.database = database;
    }

    /**
     * What an operation did.
     *
     * @param invalid labels that there can't be, or that the version doesn't have
     */
    public record Outcome(long version, List<String> done, List<String> invalid) {
        public Outcome {
            done = List.copyOf(done);
            invalid = List.copyOf(invalid);
        }
    }

    /**
     * Puts labels on a version, wherever they were.
     *
     * @param version the latest if empty
     */
    public Outcome put(KeyCaller caller, String name, Optional<Long> version, List<String> labels) {
        ParameterKey key = ParameterKey.of(caller, name);
        return database.write(
                handle -> {
                    Parameter target = target(handle, key, version);
                    List<String> done = new ArrayList<>();
                    List<String> invalid = new ArrayList<>();
                    for (String label : new LinkedHashSet<>(labels)) {
                        (isValid(label) ? done : invalid).add(label);
                    }
                    Set<String> after = new HashSet<>(target.labels());
                    after.addAll(done);
                    if (after.size() > MOST) {
                        throw ParameterErrors.of(
                                "ParameterVersionLabelLimitExceeded",
                                "A parameter version can have maximum 10 labels. Move one or more"
                                        + " labels to another version and try again.");
                    }
                    done.forEach(
                            label -> ParameterRows.putLabel(handle, key, label, target.version()));
                    return new Outcome(target.version(), done, invalid);
                });
    }

    /** Takes labels away from a version. */
    public Outcome remove(KeyCaller caller, String name, long version, List<String> labels) {
        ParameterKey key = ParameterKey.of(caller, name);
        return database.write(
                handle -> {
                    Parameter target = target(handle, key, Optional.of(version));
                    List<String> done = new ArrayList<>();
                    List<String> invalid = new ArrayList<>();
                    for (String label : new LinkedHashSet<>(labels)) {
                        if (target.labels().contains(label)) {
                            ParameterRows.removeLabel(handle, key, label);
                            done.add(label);
                        } else {
                            invalid.add(label);
                        }
                    }
                    return new Outcome(version, done, invalid);
                });
    }

    private static Parameter target(Handle handle, ParameterKey key, Optional<Long> version) {
        Parameter latest =
                ParameterRows.latest(handle, key)
                        .orElseThrow(() -> ParameterErrors.notFound(key.name()));
        return version.map(
                        wanted ->
                                ParameterRows.version(handle, key, wanted)
                                        .orElseThrow(
                                                () ->
                                                        ParameterErrors.noVersion(
                                                                key.name(), wanted)))
                .orElse(latest);
    }

    private static boolean isValid(String label) {
        String lower = label.toLowerCase(Locale.ROOT);
        return FORM.matcher(label).matches()
                && !lower.startsWith("aws")
                && !lower.startsWith("ssm");
    }
}
