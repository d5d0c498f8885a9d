package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;

/**
 * Every layer version in memory. Thread-safe: readers see whole immutable entries; writers of one
 * layer take turns (see {@link Layers}).
 */
public final class LayerIndex {
    private final ConcurrentSkipListMap<LayerKey, NavigableMap<Long, LayerVersion>> layers =
            new ConcurrentSkipListMap<>();

    /** A layer and the newest of its versions that a list asks for. */
    public record Latest(LayerKey key, LayerVersion version) {}

    public Optional<LayerVersion> find(LayerKey key, long version) {
        return Optional.ofNullable(versions(key).get(version));
    }

    /**
     * The versions of a layer, newest first.
     *
     * @param before only lower numbers than this
     */
    public List<LayerVersion> versions(
            LayerKey key, long before, LayerVersion.Filter filter, int limit) {
        return versions(key).headMap(before, false).descendingMap().values().stream()
                .filter(filter::takes)
                .limit(limit)
                .toList();
    }

    /** The layers of an account in a region whose names come after {@code name}, by name. */
    public List<Latest> layersAfter(
            AccountId account, Region region, String name, LayerVersion.Filter filter, int limit) {
        List<Latest> found = new ArrayList<>();
        for (var entry :
                of(account, region)
                        .tailMap(new LayerKey(account, region, name), false)
                        .entrySet()) {
            if (found.size() == limit) {
                break;
            }
            entry.getValue().descendingMap().values().stream()
                    .filter(filter::takes)
                    .findFirst()
                    .ifPresent(version -> found.add(new Latest(entry.getKey(), version)));
        }
        return found;
    }

    /**
     * Bytes of archives that an account's layers have in a region; every version counts its own.
     */
    public long codeSize(AccountId account, Region region) {
        return of(account, region).values().stream()
                .flatMap(versions -> versions.values().stream())
                .mapToLong(version -> version.archive().zipSize())
                .sum();
    }

    /** Visits the archive of every version. */
    public void forEachArchive(BiConsumer<AccountId, LayerArchive> visitor) {
        layers.forEach(
                (key, versions) ->
                        versions.values()
                                .forEach(
                                        version ->
                                                visitor.accept(key.account(), version.archive())));
    }

    void put(LayerKey key, LayerVersion version) {
        NavigableMap<Long, LayerVersion> changed = new TreeMap<>(versions(key));
        changed.put(version.number(), version);
        layers.put(key, Collections.unmodifiableNavigableMap(changed));
    }

    void remove(LayerKey key, long version) {
        NavigableMap<Long, LayerVersion> changed = new TreeMap<>(versions(key));
        changed.remove(version);
        if (changed.isEmpty()) {
            layers.remove(key);
        } else {
            layers.put(key, Collections.unmodifiableNavigableMap(changed));
        }
    }

    private NavigableMap<Long, LayerVersion> versions(LayerKey key) {
        return layers.getOrDefault(key, Collections.emptyNavigableMap());
    }

    private ConcurrentNavigableMap<LayerKey, NavigableMap<Long, LayerVersion>> of(
            AccountId account, Region region) {
        return layers.subMap(
                new LayerKey(account, region, ""), true,
                new LayerKey(account, region, "\uffff"), true);
    }
}
