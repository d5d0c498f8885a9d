package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.layers.LayerIndex;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Every function in memory with the snapshots that the data plane runs. Readers see whole immutable
 * entries; writers of one function take turns (see {@link Ledger}).
 */
final class FunctionIndex {
    /** No name comes after it: names are ASCII. */
    static final String AFTER_ALL_NAMES = "\uffff";

    private final ConcurrentSkipListMap<FunctionKey, Entry> entries = new ConcurrentSkipListMap<>();
    private final UrlIndex urls = new UrlIndex();

    /** What functions have reserved, by account and region; no entry where that is nothing. */
    private final ConcurrentHashMap<Scope, Integer> reserved = new ConcurrentHashMap<>();

    private final RuntimeImages images;
    private final ArtifactShelf shelf;
    private final LayerIndex layers;

    FunctionIndex(RuntimeImages images, ArtifactShelf shelf, LayerIndex layers) {
        this.images = images;
        this.shelf = shelf;
        this.layers = layers;
    }

    /** A function and, by version, what invocations of it run. */
    record Entry(FunctionRecord function, Map<String, VersionSnapshot> snapshots) {
        Entry {
            snapshots = Map.copyOf(snapshots);
        }
    }

    Optional<Entry> find(FunctionKey key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** Those of an account in a region, by name. */
    NavigableMap<FunctionKey, Entry> of(AccountId account, Region region) {
        return entries.subMap(
                new FunctionKey(account, region, ""),
                true,
                new FunctionKey(account, region, AFTER_ALL_NAMES),
                true);
    }

    /** The concurrency that functions of an account have reserved in a region. */
    int reserved(AccountId account, Region region) {
        return reserved.getOrDefault(new Scope(account, region), 0);
    }

    private void count(FunctionKey key, int difference) {
        if (difference != 0) {
            reserved.merge(new Scope(key.account(), key.region()), difference, Integer::sum);
        }
    }

    private static int reservation(Optional<Entry> entry) {
        return entry.flatMap(each -> each.function().traits().reservedConcurrency()).orElse(0);
    }

    private record Scope(AccountId account, Region region) {}

    Collection<Entry> all() {
        return entries.values();
    }

    /** Makes a function visible; returns the snapshots that must not be used any more. */
    List<VersionSnapshot> put(FunctionRecord function) {
        Map<String, VersionSnapshot> before =
                find(function.key()).map(Entry::snapshots).orElse(Map.of());
        Map<String, VersionSnapshot> after = new HashMap<>();
        RuntimeChoices choices = new RuntimeChoices(images);
        for (FunctionVersion version : function.versions()) {
            after.put(
                    version.version(),
                    snapshot(
                            function.key(),
                            version,
                            version.serving()
                                    .flatMap(
                                            serving ->
                                                    choices.choose(
                                                            version.runtimePolicy(),
                                                            serving.runtime())),
                            Optional.ofNullable(before.get(version.version()))));
        }
        Entry now = new Entry(function, after);
        Optional<Entry> was = Optional.ofNullable(entries.put(function.key(), now));
        count(function.key(), reservation(Optional.of(now)) - reservation(was));
        urls.put(function);
        return retired(before, after);
    }

    /** Makes a function disappear; returns its snapshots. */
    List<VersionSnapshot> remove(FunctionKey key) {
        Entry gone = entries.remove(key);
        count(key, -reservation(Optional.ofNullable(gone)));
        urls.remove(key);
        return gone == null ? List.of() : retired(gone.snapshots, Map.of());
    }

    /** The URLs of all functions, by id. */
    UrlIndex urls() {
        return urls;
    }

    /** Every artifact that some version of a function or a layer needs. */
    Set<ArtifactId> needed() {
        Set<ArtifactId> ids = new HashSet<>();
        for (Entry entry : entries.values()) {
            FunctionKey key = entry.function().key();
            entry.function()
                    .versions()
                    .forEach(version -> ids.addAll(ArtifactShelf.needed(key, version)));
        }
        layers.forEachArchive(
                (account, archive) -> ids.add(ArtifactShelf.zipId(account, archive.sha256())));
        return ids;
    }

    /** The archive of that name that some function of the account has. */
    Optional<CodeArtifact> archive(AccountId account, String name) {
        return entries.values().stream()
                .map(Entry::function)
                .filter(function -> function.key().account().equals(account))
                .flatMap(
                        function ->
                                function.versions().stream()
                                        .map(FunctionVersion::content)
                                        .map(content -> content.code())
                                        .map(code -> CodeArtifact.zip(function.key(), code)))
                .filter(archive -> archive.name().equals(name))
                .findAny();
    }

    /**
     * An image that was made of the same archive for the same account.
     *
     * @param keyArn the customer's key that it has to be under; it is the function's own then
     */
    Optional<VersionContent.Image> imageOf(
            FunctionKey key, String zipSha256, Optional<String> keyArn) {
        return entries.values().stream()
                .map(Entry::function)
                .filter(function -> function.key().account().equals(key.account()))
                .filter(function -> keyArn.isEmpty() || function.key().equals(key))
                .flatMap(function -> function.versions().stream())
                .map(FunctionVersion::content)
                .filter(content -> content.code().zipSha256().equals(zipSha256))
                .flatMap(content -> content.code().image().stream())
                .filter(image -> image.keyArn().equals(keyArn))
                .findAny();
    }

    /** An image that was made of the same layers in the same order for the same account. */
    Optional<VersionContent.Image> imageOf(AccountId account, List<String> layerDigests) {
        return entries.values().stream()
                .map(Entry::function)
                .filter(function -> function.key().account().equals(account))
                .flatMap(function -> function.versions().stream())
                .map(version -> version.content().layers())
                .filter(stack -> stack.digests().equals(layerDigests))
                .flatMap(stack -> stack.image().stream())
                .findAny();
    }

    private static List<VersionSnapshot> retired(
            Map<String, VersionSnapshot> before, Map<String, VersionSnapshot> after) {
        List<VersionSnapshot> retired = new ArrayList<>();
        before.forEach(
                (version, old) -> {
                    VersionSnapshot now = after.get(version);
                    boolean goesOn = now != null && now.revision().equals(old.revision());
                    if (old.state() == VersionSnapshot.State.ACTIVE && !goesOn) {
                        retired.add(old);
                    }
                });
        return retired;
    }

    private VersionSnapshot snapshot(
            FunctionKey key,
            FunctionVersion version,
            Optional<RuntimeImage> runtime,
            Optional<VersionSnapshot> before) {
        VersionContent content = version.serving().orElse(version.content());
        String revision = content.id() + runtime.map(image -> "." + image.versionSha()).orElse("");
        return before.filter(old -> old.state() == VersionSnapshot.State.ACTIVE)
                .filter(old -> old.revision().equals(revision))
                .orElseGet(() -> fresh(key, version, content, revision, runtime));
    }

    private VersionSnapshot fresh(
            FunctionKey key,
            FunctionVersion version,
            VersionContent content,
            String revision,
            Optional<RuntimeImage> runtime) {
        return new VersionSnapshot(
                key.account(),
                key.region(),
                key.name(),
                version.version(),
                revision,
                state(version, content, runtime.isPresent()),
                content.role(),
                content.handler(),
                runtime,
                content.code()
                        .image()
                        .map(i -> shelf.code(key.account(), CodeArtifact.image(key, i))),
                content.layers()
                        .image()
                        .map(
                                i ->
                                        shelf.code(
                                                key.account(),
                                                CodeArtifact.layersImage(key.account(), i))),
                content.environment() instanceof EnvironmentVariables.Given given
                        ? given.variables()
                        : Map.of(),
                content.memoryMegabytes(),
                content.ephemeralStorageMegabytes(),
                java.time.Duration.ofSeconds(content.timeoutSeconds()),
                content.logging(),
                content.options());
    }

    private static VersionSnapshot.State state(
            FunctionVersion version, VersionContent content, boolean runtimeIsThere) {
        if (content.environment() instanceof EnvironmentVariables.Unreadable) {
            return VersionSnapshot.State.FAILED;
        }
        if (version.serving().isPresent()) {
            if (runtimeIsThere) {
                return VersionSnapshot.State.ACTIVE;
            }
            // The newest image is built again if it has been removed since (see Preparations); a
            // version that was asked for by its ARN can't be.
            return version.runtimePolicy() instanceof RuntimePolicy.Manual
                    ? VersionSnapshot.State.FAILED
                    : VersionSnapshot.State.PENDING;
        }
        return version.status().state() == VersionStatus.State.FAILED
                ? VersionSnapshot.State.FAILED
                : VersionSnapshot.State.PENDING;
    }
}
