package dev.cloister.functions.signing;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.signing.CodeSigningConfig.Policy;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * All code signing configurations, in memory. Thread-safe. A method returns when its change is
 * durable; a refusal is an {@link AwsError} and has changed nothing.
 *
 * <p>Who deploys under a configuration or attaches one does so within {@link #using}, during which
 * none is changed or deleted. Its lock is taken before any function's.
 */
public final class CodeSigningConfigs {
    private static final int ID_LENGTH = 17;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private final ConfigStore store;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final ConcurrentSkipListMap<ConfigKey, CodeSigningConfig> configs =
            new ConcurrentSkipListMap<>();

    public CodeSigningConfigs(Database database, InstantSource clock) {
        this.store = new ConfigStore(database);
        this.clock = clock;
        store.all().forEach(config -> configs.put(config.key(), config));
    }

    /** This package's table. */
    public static Migration migration() {
        return ConfigStore.MIGRATION;
    }

    /** What a request says of a configuration; what is empty keeps its value. */
    public record Change(
            Optional<String> description,
            Optional<List<String>> publishers,
            Optional<Policy> policy) {}

    /** Makes a configuration. */
    public CodeSigningConfig create(
            AccountId account, Region region, Change given, Map<String, String> tags) {
        CodeSigningConfig made =
                new CodeSigningConfig(
                        new ConfigKey(account, region, newId()),
                        given.description.orElse(""),
                        given.publishers.orElse(List.of()),
                        given.policy.orElse(Policy.WARN),
                        now(),
                        tags);
        return locked(
                lock.writeLock(),
                () -> {
                    store.save(made);
                    configs.put(made.key(), made);
                    return made;
                });
    }

    public Optional<CodeSigningConfig> find(ConfigKey key) {
        return Optional.ofNullable(configs.get(key));
    }

    /**
     * A configuration that must be there.
     *
     * @throws AwsError ResourceNotFoundException
     */
    public CodeSigningConfig require(ConfigKey key) {
        return find(key).orElseThrow(CodeSigningConfigs::notFound);
    }

    /** AWS's answer to whatever names no configuration. */
    public static AwsError notFound() {
        // Recorded without the Type that the model has.
        return new AwsError(
                "ResourceNotFoundException",
                404,
                "The Lambda code signing configuration ARN can not be found.",
                Map.of("Type", ""));
    }

    /** Those of an account in a region whose ids come after {@code id}. */
    public List<CodeSigningConfig> listAfter(
            AccountId account, Region region, String id, int limit) {
        return configs
                .subMap(
                        new ConfigKey(account, region, id),
                        false,
                        new ConfigKey(account, region, "\uffff"),
                        true)
                .values()
                .stream()
                .limit(limit)
                .toList();
    }

    /** Changes a configuration; functions' next deployments are held to it. */
    public CodeSigningConfig update(ConfigKey key, Change change) {
        return edit(
                key,
                config ->
                        new CodeSigningConfig(
                                key,
                                change.description.orElse(config.description()),
                                change.publishers.orElse(config.publishers()),
                                change.policy.orElse(config.policy()),
                                now(),
                                config.tags()));
    }

    /**
     * Replaces the tags.
     *
     * @param edit makes the new ones of the old; what it throws changes nothing
     */
    public void editTags(ConfigKey key, UnaryOperator<Map<String, String>> edit) {
        edit(key, config -> config.withTags(edit.apply(config.tags())));
    }

    private CodeSigningConfig edit(ConfigKey key, UnaryOperator<CodeSigningConfig> edit) {
        return locked(
                lock.writeLock(),
                () -> {
                    CodeSigningConfig changed = edit.apply(require(key));
                    store.save(changed);
                    configs.put(key, changed);
                    return changed;
                });
    }

    /**
     * Deletes a configuration.
     *
     * @param used whether a function has it, asked while none can be given it
     */
    public void delete(ConfigKey key, BooleanSupplier used) {
        locked(
                lock.writeLock(),
                () -> {
                    require(key);
                    if (used.getAsBoolean()) {
                        throw new AwsError(
                                "ResourceConflictException",
                                409,
                                "The code signing configuration could not be deleted. Check that"
                                        + " no function uses it: "
                                        + key.arn());
                    }
                    store.delete(key);
                    return configs.remove(key);
                });
    }

    /**
     * Does work that relies on a configuration, which stays as it is meanwhile.
     *
     * @param arn as a request or a function's record names it
     * @throws AwsError CodeSigningConfigNotFoundException if it is not there, or not of that
     *     account and region
     */
    public <T> T using(
            String arn, AccountId account, Region region, Function<CodeSigningConfig, T> work) {
        return locked(
                lock.readLock(),
                () ->
                        work.apply(
                                ConfigKey.parse(arn)
                                        .filter(key -> key.account().equals(account))
                                        .filter(key -> key.region().equals(region))
                                        .flatMap(this::find)
                                        .orElseThrow(() -> missing(arn))));
    }

    private static AwsError missing(String arn) {
        return new AwsError(
                "CodeSigningConfigNotFoundException",
                404,
                "The code signing configuration cannot be found. Check that the provided"
                        + " configuration is not deleted: "
                        + arn
                        + ".");
    }

    private static <T> T locked(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private String newId() {
        StringBuilder id = new StringBuilder("csc-");
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
