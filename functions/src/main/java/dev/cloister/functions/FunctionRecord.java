package dev.cloister.functions;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A function with all its versions and aliases, as one immutable value: an edit makes a new one.
 *
 * @param lastVersion the highest number ever published, which is never used again
 * @param published by number, rising
 * @param access its policies and URLs
 * @param traits what is set for it as a whole
 */
public record FunctionRecord(
        FunctionKey key,
        long lastVersion,
        NavigableMap<String, String> tags,
        FunctionVersion latest,
        NavigableMap<Long, FunctionVersion> published,
        NavigableMap<String, FunctionAlias> aliases,
        FunctionAccess access,
        FunctionTraits traits) {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    public FunctionRecord {
        tags = Collections.unmodifiableNavigableMap(new TreeMap<>(tags));
        published = Collections.unmodifiableNavigableMap(new TreeMap<>(published));
        aliases = Collections.unmodifiableNavigableMap(new TreeMap<>(aliases));
    }

    /** A function that nothing outside its account has to do with. */
    FunctionRecord(
            FunctionKey key,
            long lastVersion,
            NavigableMap<String, String> tags,
            FunctionVersion latest,
            NavigableMap<Long, FunctionVersion> published,
            NavigableMap<String, FunctionAlias> aliases) {
        this(
                key,
                lastVersion,
                tags,
                latest,
                published,
                aliases,
                FunctionAccess.NONE,
                FunctionTraits.NONE);
    }

    /** Whether a qualifier is written as a version number. */
    static boolean isNumber(String qualifier) {
        return NUMBER.matcher(qualifier).matches();
    }

    /** A version by {@code $LATEST} or number; aliases are not followed. */
    public Optional<FunctionVersion> version(String version) {
        if (version.equals(FunctionVersion.LATEST)) {
            return Optional.of(latest);
        }
        return isNumber(version)
                ? Optional.ofNullable(published.get(Long.parseLong(version)))
                        .filter(found -> found.version().equals(version))
                : Optional.empty();
    }

    /** A version by number, {@code $LATEST} or alias (its primary version). */
    public Optional<FunctionVersion> qualified(String qualifier) {
        return version(qualifier)
                .or(
                        () ->
                                Optional.ofNullable(aliases.get(qualifier))
                                        .flatMap(alias -> version(alias.version())));
    }

    /** {@code $LATEST} first, then the published ones, rising. */
    public java.util.List<FunctionVersion> versions() {
        var all = new java.util.ArrayList<FunctionVersion>(published.size() + 1);
        all.add(latest);
        all.addAll(published.values());
        return all;
    }

    /** The version published last, if {@code content} is what it was published from. */
    Optional<FunctionVersion> publishedAs(VersionContent content) {
        return Optional.ofNullable(published.lastEntry())
                .map(Map.Entry::getValue)
                .filter(last -> last.sourceContent().sameAs(content));
    }

    FunctionRecord withVersion(FunctionVersion changed) {
        if (changed.version().equals(FunctionVersion.LATEST)) {
            return new FunctionRecord(
                    key, lastVersion, tags, changed, published, aliases, access, traits);
        }
        var versions = new TreeMap<>(published);
        long number = Long.parseLong(changed.version());
        versions.put(number, changed);
        return new FunctionRecord(
                key,
                Math.max(lastVersion, number),
                tags,
                latest,
                versions,
                aliases,
                access,
                traits);
    }

    FunctionRecord withoutVersion(String number) {
        var versions = new TreeMap<>(published);
        versions.remove(Long.parseLong(number));
        return new FunctionRecord(
                key,
                lastVersion,
                tags,
                latest,
                versions,
                aliases,
                access.withoutPolicy(number),
                traits);
    }

    FunctionRecord withAlias(FunctionAlias alias) {
        var changed = new TreeMap<>(aliases);
        changed.put(alias.name(), alias);
        return new FunctionRecord(
                key, lastVersion, tags, latest, published, changed, access, traits);
    }

    FunctionRecord withoutAlias(String name) {
        var changed = new TreeMap<>(aliases);
        changed.remove(name);
        return new FunctionRecord(
                key,
                lastVersion,
                tags,
                latest,
                published,
                changed,
                access.withoutPolicy(name),
                traits);
    }

    FunctionRecord withTags(Map<String, String> newTags) {
        return new FunctionRecord(
                key,
                lastVersion,
                new TreeMap<>(newTags),
                latest,
                published,
                aliases,
                access,
                traits);
    }

    FunctionRecord withAccess(FunctionAccess changed) {
        return new FunctionRecord(
                key, lastVersion, tags, latest, published, aliases, changed, traits);
    }

    FunctionRecord withTraits(FunctionTraits changed) {
        return new FunctionRecord(
                key, lastVersion, tags, latest, published, aliases, access, changed);
    }
}
