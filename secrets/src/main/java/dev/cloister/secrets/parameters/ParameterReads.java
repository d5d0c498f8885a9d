package dev.cloister.secrets.parameters;

import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.parameters.ParameterNames.Selected;
import dev.cloister.storage.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** Reads parameters. Thread-safe. */
public final class ParameterReads {
    private static final Pattern VERSION = Pattern.compile(":[0-9]{1,18}");
    private static final int SCANNED_AT_ONCE = 200;

    private final Database database;
    private final ParameterSeal seal;

    ParameterReads(Database database, ParameterSeal seal) {
        this.database = database;
        this.seal = seal;
    }

    /**
     * A version with its value.
     *
     * @param selector by which it was asked for, with its colon
     */
    public record Read(Parameter parameter, String value, Optional<String> selector) {
        @Override
        public String toString() {
            return "Read[" + parameter.key() + "]";
        }
    }

    /**
     * The version that a name or ARN means, alone or with a version or label after a colon.
     *
     * @throws dev.cloister.api.AwsError ParameterNotFound, ParameterVersionNotFound
     */
    public Read get(KeyCaller caller, String text, Decryption decryption) {
        Selected selected = ParameterNames.select(text, caller);
        Parameter found = database.read(handle -> find(handle, caller, selected));
        return new Read(found, seal.open(caller, found, decryption), selected.selector());
    }

    private static Parameter find(Handle handle, KeyCaller caller, Selected selected) {
        ParameterKey named = ParameterKey.of(caller, selected.name());
        Parameter latest =
                ParameterRows.latest(handle, named)
                        .or(
                                () ->
                                        selected.otherName()
                                                .flatMap(
                                                        other ->
                                                                ParameterRows.latest(
                                                                        handle,
                                                                        ParameterKey.of(
                                                                                caller, other))))
                        .orElseThrow(() -> ParameterErrors.notFound(selected.name()));
        if (selected.selector().isEmpty()) {
            return latest;
        }
        ParameterKey key = latest.key();
        String selector = selected.selector().get();
        if (VERSION.matcher(selector).matches()) {
            long version = Long.parseLong(selector.substring(1));
            return ParameterRows.version(handle, key, version)
                    .orElseThrow(() -> ParameterErrors.noVersion(key.name(), version));
        }
        String label = selector.substring(1);
        return ParameterRows.labeled(handle, key, label)
                .orElseThrow(() -> ParameterErrors.noLabel(key.name(), label));
    }

    /** The versions of a parameter, oldest first, after a version. */
    public List<Read> history(
            KeyCaller caller, String name, long after, int most, Decryption decryption) {
        ParameterKey key = ParameterKey.of(caller, ParameterNames.select(name, caller).name());
        List<Parameter> versions =
                database.read(
                        handle -> {
                            if (ParameterRows.latest(handle, key).isEmpty()) {
                                throw ParameterErrors.notFound(name);
                            }
                            return ParameterRows.history(handle, key, after, most);
                        });
        return opened(caller, versions, decryption);
    }

    private List<Read> opened(KeyCaller caller, List<Parameter> parameters, Decryption decryption) {
        List<Read> all = new ArrayList<>();
        for (Parameter parameter : parameters) {
            all.add(
                    new Read(
                            parameter, seal.open(caller, parameter, decryption), Optional.empty()));
        }
        return all;
    }

    /** How deep a list goes. */
    public enum Depth {
        ONE_LEVEL,
        ALL_LEVELS
    }

    /** The parameters under a path by their names, after a name; values included. */
    public List<Read> byPath(
            KeyCaller caller,
            String path,
            Depth depth,
            List<ParameterFilter> filters,
            String after,
            int most,
            Decryption decryption) {
        String plain = ParameterNames.path(path);
        List<ParameterFilter> all = new ArrayList<>(filters);
        all.add(ParameterFilter.path(plain, depth));
        Optional<ParameterFilter> label =
                filters.stream()
                        .filter(filter -> filter.key() == ParameterFilter.Subject.LABEL)
                        .findFirst();
        String under = plain.equals("/") ? "" : plain + "/";
        return opened(caller, scan(caller, under, all, label, after, most), decryption);
    }

    /** The parameters that fit all filters by their names, after a name; without values. */
    public List<Parameter> list(
            KeyCaller caller, List<ParameterFilter> filters, String after, int most) {
        return scan(caller, "", filters, Optional.empty(), after, most);
    }

    private List<Parameter> scan(
            KeyCaller caller,
            String under,
            List<ParameterFilter> filters,
            Optional<ParameterFilter> label,
            String after,
            int most) {
        List<Parameter> found = new ArrayList<>();
        String from = after;
        while (true) {
            String start = from;
            List<Parameter> scanned =
                    database.read(
                            handle ->
                                    ParameterRows.page(
                                            handle,
                                            caller.account(),
                                            caller.region(),
                                            under,
                                            start,
                                            SCANNED_AT_ONCE));
            List<Parameter> fitting =
                    database.read(
                            handle ->
                                    scanned.stream()
                                            .flatMap(it -> labeled(handle, it, label).stream())
                                            .filter(it -> fits(handle, it, filters))
                                            .limit(most - found.size())
                                            .toList());
            found.addAll(fitting);
            if (found.size() >= most || scanned.size() < SCANNED_AT_ONCE) {
                return found;
            }
            from = scanned.getLast().key().name();
        }
    }

    /** The version that has one of the labels, where a list asks for labels. */
    private static Optional<Parameter> labeled(
            Handle handle, Parameter latest, Optional<ParameterFilter> label) {
        if (label.isEmpty()) {
            return Optional.of(latest);
        }
        return label.get().values().stream()
                .flatMap(it -> ParameterRows.labeled(handle, latest.key(), it).stream())
                .findFirst();
    }

    private static boolean fits(Handle handle, Parameter parameter, List<ParameterFilter> filters) {
        return filters.stream()
                .allMatch(
                        filter ->
                                filter.fits(
                                        parameter,
                                        () -> ParameterRows.tags(handle, parameter.key())));
    }
}
