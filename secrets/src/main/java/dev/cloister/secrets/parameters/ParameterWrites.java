package dev.cloister.secrets.parameters;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Makes, changes and deletes parameters. Thread-safe. */
public final class ParameterWrites {
    /** Versions that are kept of a parameter (User Guide, "Working with parameter versions"). */
    static final int MOST_VERSIONS = 100;

    static final String TEXT = "text";

    private final Database database;
    private final ParameterSeal seal;
    private final InstantSource clock;

    ParameterWrites(Database database, ParameterSeal seal, InstantSource clock) {
        this.database = database;
        this.seal = seal;
        this.clock = clock;
    }

    /** Whether there may be such a parameter already. */
    public enum Overwrite {
        ALLOWED,
        REFUSED
    }

    /** The tier that a request asks for. */
    public enum WantedTier {
        STANDARD,
        ADVANCED,
        INTELLIGENT,
        /** As it was; standard for new ones. */
        UNSAID
    }

    /**
     * A parameter, or a new version of one; empty stays as it is.
     *
     * @param value in clear
     */
    public record NewParameter(
            String name,
            String value,
            Optional<ParameterKind> kind,
            Optional<String> description,
            Optional<String> keyId,
            Optional<String> allowedPattern,
            Optional<String> dataType,
            WantedTier tier,
            Overwrite overwrite,
            Map<String, String> tags) {
        @Override
        public String toString() {
            return "NewParameter[" + name + "]";
        }
    }

    /** Makes a parameter or a new version of it. */
    public Parameter put(KeyCaller caller, NewParameter wanted) {
        ParameterKey key = ParameterKey.of(caller, wanted.name());
        ParameterNames.checkNew(key);
        ParameterChecks.check(wanted);
        Optional<Parameter> before = database.read(handle -> ParameterRows.latest(handle, key));
        requireMayBe(before, wanted);
        Parameter parameter = sealed(caller, key, before, wanted);
        return database.write(handle -> add(handle, parameter, wanted));
    }

    /** The new version, but for its number. */
    private Parameter sealed(
            KeyCaller caller, ParameterKey key, Optional<Parameter> before, NewParameter wanted) {
        ParameterKind kind = kind(before, wanted);
        ParameterTier tier = tier(before, wanted);
        ParameterChecks.requireFits(tier, wanted.value());
        Optional<String> pattern =
                wanted.allowedPattern()
                        .or(() -> before.flatMap(Parameter::allowedPattern))
                        .filter(it -> !it.isEmpty());
        pattern.ifPresent(it -> AllowedPattern.check(it, wanted.value()));
        Optional<String> keyId =
                kind == ParameterKind.SECURE_STRING
                        ? wanted.keyId()
                                .or(() -> before.flatMap(Parameter::keyId))
                                .or(() -> Optional.of(ParameterSeal.DEFAULT_KEY))
                        : Optional.empty();
        return new Parameter(
                key,
                0,
                kind,
                tier,
                seal.seal(caller, key, kind, tier, keyId.orElse(""), wanted.value()),
                keyId,
                wanted.description().or(() -> before.flatMap(Parameter::description)),
                pattern,
                wanted.dataType().or(() -> before.map(Parameter::dataType)).orElse(TEXT),
                Instant.ofEpochMilli(clock.instant().toEpochMilli()),
                caller.arn(),
                List.of());
    }

    private static ParameterKind kind(Optional<Parameter> before, NewParameter wanted) {
        ParameterKind kind =
                wanted.kind()
                        .or(() -> before.map(Parameter::kind))
                        .orElseThrow(
                                () ->
                                        ParameterErrors.validation(
                                                "A parameter type is required when you create a"
                                                        + " parameter."));
        if (wanted.keyId().isPresent() && kind != ParameterKind.SECURE_STRING) {
            throw ParameterErrors.validation(
                    "KeyId is required for SecureString type parameter only.");
        }
        return kind;
    }

    private static void requireMayBe(Optional<Parameter> before, NewParameter wanted) {
        if (before.isPresent() && wanted.overwrite() == Overwrite.REFUSED) {
            throw ParameterErrors.exists();
        }
    }

    private static ParameterTier tier(Optional<Parameter> before, NewParameter wanted) {
        boolean isAdvanced = before.filter(it -> it.tier() == ParameterTier.ADVANCED).isPresent();
        return switch (wanted.tier()) {
            case ADVANCED -> ParameterTier.ADVANCED;
            case UNSAID -> isAdvanced ? ParameterTier.ADVANCED : ParameterTier.STANDARD;
            case INTELLIGENT ->
                    isAdvanced
                                    || ParameterChecks.bytes(wanted.value())
                                            > ParameterTier.STANDARD.mostBytes()
                            ? ParameterTier.ADVANCED
                            : ParameterTier.STANDARD;
            case STANDARD -> {
                if (isAdvanced) {
                    throw ParameterErrors.validation(
                            "This parameter uses the advanced-parameter tier. You can't downgrade a"
                                    + " parameter from the advanced-parameter tier to the"
                                    + " standard-parameter tier. If necessary, you can delete the"
                                    + " advanced parameter and recreate it as a standard parameter.");
                }
                yield ParameterTier.STANDARD;
            }
        };
    }

    private static Parameter add(Handle handle, Parameter parameter, NewParameter wanted) {
        ParameterKey key = parameter.key();
        Optional<Parameter> now = ParameterRows.latest(handle, key);
        requireMayBe(now, wanted);
        ParameterTier tier = tier(now, wanted);
        if (tier != parameter.tier()) {
            throw ParameterErrors.of(
                    "TooManyUpdates",
                    "There are concurrent updates for a resource that supports one update at a"
                            + " time.");
        }
        requireRoom(handle, now, parameter);
        Parameter numbered =
                new Parameter(
                        key,
                        now.map(Parameter::version).orElse(0L) + 1,
                        parameter.kind(),
                        tier,
                        parameter.sealed(),
                        parameter.keyId(),
                        parameter.description(),
                        parameter.allowedPattern(),
                        parameter.dataType(),
                        parameter.modifiedAt(),
                        parameter.modifiedBy(),
                        List.of());
        if (now.isPresent()) {
            dropOldest(handle, numbered);
        }
        ParameterRows.add(handle, numbered);
        ParameterRows.putTags(handle, key, wanted.tags());
        return numbered;
    }

    private static void requireRoom(Handle handle, Optional<Parameter> now, Parameter parameter) {
        boolean isMore = now.isEmpty() || now.get().tier() != parameter.tier();
        if (isMore
                && ParameterRows.count(handle, parameter.key(), parameter.tier())
                        >= parameter.tier().mostParameters()) {
            throw ParameterErrors.of(
                    "ParameterLimitExceeded",
                    "You have exceeded the number of %s parameters for this Amazon Web Services account. Delete one or more parameters and try again."
                            .formatted(parameter.tier().wireName()));
        }
    }

    private static void dropOldest(Handle handle, Parameter fresh) {
        ParameterKey key = fresh.key();
        if (ParameterRows.countVersions(handle, key) < MOST_VERSIONS) {
            return;
        }
        Parameter oldest = ParameterRows.history(handle, key, 0, 1).getFirst();
        if (!oldest.labels().isEmpty()) {
            throw ParameterErrors.of(
                    "ParameterMaxVersionLimitExceeded",
                    "You attempted to create a new version of %s by calling the PutParameter API with the overwrite flag. Version %d, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again."
                            .formatted(key.name(), oldest.version()));
        }
        ParameterRows.removeVersion(handle, oldest);
    }

    /** Deletes a parameter with all its versions. */
    public void delete(KeyCaller caller, String name) {
        Deleted deleted = delete(caller, List.of(name));
        if (deleted.names().isEmpty()) {
            throw ParameterErrors.notFound(name);
        }
    }

    /**
     * What DeleteParameters did.
     *
     * @param unknown names of which there is no parameter
     */
    public record Deleted(List<String> names, List<String> unknown) {
        public Deleted {
            names = List.copyOf(names);
            unknown = List.copyOf(unknown);
        }
    }

    /** Deletes those that there are, all in one. */
    public Deleted delete(KeyCaller caller, List<String> names) {
        return database.write(
                handle -> {
                    List<String> done = new ArrayList<>();
                    List<String> unknown = new ArrayList<>();
                    for (String name : new LinkedHashSet<>(names)) {
                        boolean there =
                                ParameterRows.destroy(handle, ParameterKey.of(caller, name));
                        (there ? done : unknown).add(name);
                    }
                    return new Deleted(done, unknown);
                });
    }
}
