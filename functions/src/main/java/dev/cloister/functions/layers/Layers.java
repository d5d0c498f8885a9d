package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Changes layers. Thread-safe: changes of one layer take turns; each is durable before it is
 * visible. Every method throws {@link AwsError} on a refusal, having changed nothing.
 */
public final class Layers {
    private static final int STRIPES = 16;

    private final LayerStore store;
    private final LayerIndex index;
    private final LayerArchives archives;
    private final StorageQuota quota;
    private final Organizations organizations;
    private final InstantSource clock;
    private final List<ReentrantLock> locks =
            IntStream.range(0, STRIPES).mapToObj(_ -> new ReentrantLock()).toList();

    /**
     * Loads every layer into {@code index}.
     *
     * @param database has the tables of {@link #migration}
     */
    public Layers(
            Database database,
            LayerIndex index,
            LayerArchives archives,
            StorageQuota quota,
            Organizations organizations,
            InstantSource clock) {
        this.store = new LayerStore(database);
        this.index = index;
        this.archives = archives;
        this.quota = quota;
        this.organizations = organizations;
        this.clock = clock;
        store.loadAll(index::put);
    }

    /** The layers' tables. */
    public static Migration migration() {
        return LayerStore.MIGRATION;
    }

    /** Everything there is to read. */
    public LayerIndex index() {
        return index;
    }

    /** What PublishLayerVersion gives besides the archive. */
    public record Publication(
            String description,
            Optional<String> licenseInfo,
            List<String> runtimes,
            List<String> architectures) {
        public Publication {
            runtimes = List.copyOf(runtimes);
            architectures = List.copyOf(architectures);
        }
    }

    /** Makes the next version of a layer. */
    public LayerVersion publish(LayerKey key, Publication given, byte[] zip) {
        LayerArchive archive = archives.check(zip);
        quota.check(key.account(), key.region(), archive.zipSize());
        boolean done = false;
        try (var _ = archives.store(key.account(), archive, zip)) {
            LayerVersion made = inTurn(key, () -> numbered(key, given, archive));
            done = true;
            return made;
        } finally {
            if (!done) {
                archives.collect(key.account(), archive);
            }
        }
    }

    private LayerVersion numbered(LayerKey key, Publication given, LayerArchive archive) {
        LayerVersion version =
                new LayerVersion(
                        store.lastVersion(key) + 1,
                        given.description(),
                        given.licenseInfo(),
                        given.runtimes(),
                        given.architectures(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        archive,
                        Optional.empty());
        store.publish(key, version);
        index.put(key, version);
        return version;
    }

    /** Deletes a version if it is there; functions that have it go on having its content. */
    public void delete(LayerKey key, long number) {
        Optional<LayerVersion> gone =
                inTurn(
                        key,
                        () -> {
                            Optional<LayerVersion> found = index.find(key, number);
                            if (found.isPresent()) {
                                store.delete(key, number);
                                index.remove(key, number);
                            }
                            return found;
                        });
        gone.ifPresent(version -> archives.collect(key.account(), version.archive()));
    }

    /** Whether an account may use a version: its owner may, others if the policy says so. */
    public boolean allows(LayerKey key, LayerVersion version, AccountId account) {
        return key.account().equals(account)
                || version.policy()
                        .map(policy -> policy.allows(account, organizations.of(account)))
                        .orElse(false);
    }

    /** Adds a permission; the answer is the policy with it. */
    public LayerPolicy addPermission(
            LayerKey key,
            long number,
            LayerPolicy.Statement statement,
            Optional<String> revisionId) {
        return changePolicy(
                        key,
                        number,
                        policy -> {
                            checkRevision(policy, revisionId);
                            List<LayerPolicy.Statement> all = statements(policy);
                            if (all.stream().anyMatch(s -> s.sid().equals(statement.sid()))) {
                                throw new AwsError(
                                        "ResourceConflictException",
                                        409,
                                        "The statement id ("
                                                + statement.sid()
                                                + ") provided already exists. Please provide a new"
                                                + " statement id, or remove the existing"
                                                + " statement.");
                            }
                            all.add(statement);
                            LayerPolicy grown = new LayerPolicy(newRevision(), all);
                            checkSize(grown.document(key.arn(number)));
                            return Optional.of(grown);
                        })
                .orElseThrow();
    }

    /** Removes a permission; a policy without any is none. */
    public void removePermission(
            LayerKey key, long number, String sid, Optional<String> revisionId) {
        var _ =
                changePolicy(
                        key,
                        number,
                        policy -> {
                            if (policy.isEmpty()) {
                                throw noPolicy();
                            }
                            List<LayerPolicy.Statement> left = statements(policy);
                            if (!left.removeIf(s -> s.sid().equals(sid))) {
                                throw LambdaErrors.notFound(
                                        "Statement " + sid + " is not found in resource policy.");
                            }
                            checkRevision(policy, revisionId);
                            return left.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(new LayerPolicy(newRevision(), left));
                        });
    }

    /**
     * The policy of a version.
     *
     * @throws AwsError if there is no such version, or nobody has been given a permission
     */
    public LayerPolicy policy(LayerKey key, long number) {
        return require(key, number).policy().orElseThrow(Layers::noPolicy);
    }

    private Optional<LayerPolicy> changePolicy(
            LayerKey key,
            long number,
            Function<Optional<LayerPolicy>, Optional<LayerPolicy>> change) {
        return inTurn(
                key,
                () -> {
                    LayerVersion version = require(key, number);
                    LayerVersion changed = version.withPolicy(change.apply(version.policy()));
                    store.replace(key, changed);
                    index.put(key, changed);
                    return changed.policy();
                });
    }

    private LayerVersion require(LayerKey key, long number) {
        return index.find(key, number)
                .orElseThrow(
                        () ->
                                LambdaErrors.notFound(
                                        "Layer version " + key.arn(number) + " does not exist."));
    }

    private static List<LayerPolicy.Statement> statements(Optional<LayerPolicy> policy) {
        return new ArrayList<>(policy.map(LayerPolicy::statements).orElse(List.of()));
    }

    private static AwsError noPolicy() {
        return LambdaErrors.notFound("No policy is associated with the given resource.");
    }

    private static void checkRevision(Optional<LayerPolicy> policy, Optional<String> expected) {
        if (expected.isPresent() && !expected.equals(policy.map(LayerPolicy::revisionId))) {
            throw new AwsError(
                    "PreconditionFailedException",
                    412,
                    "The Revision Id provided does not match the latest Revision Id. Call the"
                            + " GetLayerPolicy API to retrieve the latest Revision Id");
        }
    }

    private static void checkSize(String document) {
        int size = document.getBytes(StandardCharsets.UTF_8).length;
        if (size > LayerPolicy.MAX_SIZE) {
            throw new AwsError(
                    "PolicyLengthExceededException",
                    400,
                    "The final policy size ("
                            + size
                            + ") is bigger than the limit ("
                            + LayerPolicy.MAX_SIZE
                            + ").");
        }
    }

    private static String newRevision() {
        return UUID.randomUUID().toString();
    }

    private <T> T inTurn(LayerKey key, java.util.function.Supplier<T> change) {
        ReentrantLock lock = locks.get(Math.floorMod(key.hashCode(), STRIPES));
        lock.lock();
        try {
            return change.get();
        } finally {
            lock.unlock();
        }
    }
}
