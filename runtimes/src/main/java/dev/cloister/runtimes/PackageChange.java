package dev.cloister.runtimes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One package that differs between an image and what its sources offer.
 *
 * @param name with where it is from, for example {@code deb:libc6} or {@code npm:aws-crt}
 * @param from the version in the image; empty if it is new
 * @param to the version on offer; empty if it is gone
 */
public record PackageChange(String name, Optional<String> from, Optional<String> to) {

    /** What differs, by name. */
    static List<PackageChange> between(Map<String, String> old, Map<String, String> now) {
        TreeSet<String> names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        List<PackageChange> changes = new ArrayList<>();
        for (String name : names) {
            Optional<String> from = Optional.ofNullable(old.get(name));
            Optional<String> to = Optional.ofNullable(now.get(name));
            if (!from.equals(to)) {
                changes.add(new PackageChange(name, from, to));
            }
        }
        return changes;
    }

    @Override
    public String toString() {
        return name + " " + from.orElse("(new)") + " -> " + to.orElse("(gone)");
    }
}
