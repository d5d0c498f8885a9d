package dev.cloister.secrets.manager;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which version of a secret has which staging labels: each label is on one version at most, and
 * whatever loses {@code AWSCURRENT} to another version gets {@code AWSPREVIOUS} (Secrets Manager
 * User Guide, "Secret version").
 *
 * @param holders the versions' ids by the labels
 */
public record Stages(Map<String, String> holders) {
    public static final String CURRENT = "AWSCURRENT";
    public static final String PREVIOUS = "AWSPREVIOUS";
    public static final String PENDING = "AWSPENDING";

    /** Quota "Staging labels attached across all versions of a secret". */
    public static final int MOST = 20;

    static final Stages NONE = new Stages(Map.of());

    public Stages {
        holders = Collections.unmodifiableMap(new TreeMap<>(holders));
    }

    /** The version that has a label. */
    public Optional<String> holder(String stage) {
        return Optional.ofNullable(holders.get(stage));
    }

    /** A version's labels; none if it is deprecated. */
    public List<String> of(String versionId) {
        return holders.entrySet().stream()
                .filter(entry -> entry.getValue().equals(versionId))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The labels of each version that has some. */
    public Map<String, List<String>> byVersion() {
        Map<String, List<String>> all = new TreeMap<>();
        new TreeSet<>(holders.values()).forEach(version -> all.put(version, of(version)));
        return all;
    }

    /** With a new version that gets labels; the first version is the current one in any case. */
    Stages with(String versionId, List<String> stages) {
        Stages result = this;
        for (String stage : stages) {
            result = result.moved(stage, versionId);
        }
        return result.holder(CURRENT).isEmpty() ? result.moved(CURRENT, versionId) : result;
    }

    /** With a label on a version, wherever it was. */
    Stages moved(String stage, String versionId) {
        Map<String, String> next = new TreeMap<>(holders);
        String before = next.put(stage, versionId);
        if (stage.equals(CURRENT) && before != null && !before.equals(versionId)) {
            next.put(PREVIOUS, before);
        }
        return new Stages(next);
    }

    /** Without a label. */
    Stages without(String stage) {
        Map<String, String> next = new TreeMap<>(holders);
        next.remove(stage);
        return new Stages(next);
    }

    boolean isOverfull() {
        return holders.size() > MOST;
    }
}
