package dev.cloister.identity.directory;

import dev.cloister.api.AwsError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tags of IAM's entities: 50 at most, keys unique without regard to case. */
public final class Tags {
    private static final int MOST = 50;

    private Tags() {}

    /** A pair as it came. */
    public record Tag(String key, String value) {}

    /**
     * The tags of a new entity.
     *
     * @throws AwsError InvalidInput if a key comes twice or is reserved
     */
    public static Map<String, String> of(List<Tag> tags) {
        Set<String> seen = new TreeSet<>();
        Map<String, String> all = new LinkedHashMap<>();
        for (Tag tag : tags) {
            if (!seen.add(tag.key.toLowerCase(Locale.ROOT))) {
                throw IamErrors.invalid(
                        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            }
            if (tag.key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw IamErrors.invalid(
                        "Tag keys beginning with aws: are reserved. "
                                + tag.key
                                + " can't be used.");
            }
            all.put(tag.key, tag.value);
        }
        return all;
    }

    static Map<String, String> plus(Map<String, String> tags, List<Tag> more) {
        Map<String, String> all = new LinkedHashMap<>(tags);
        of(more).forEach(
                        (key, value) -> {
                            all.keySet().removeIf(key::equalsIgnoreCase);
                            all.put(key, value);
                        });
        if (all.size() > MOST) {
            throw IamErrors.quota("TagsPerResource", MOST);
        }
        return all;
    }

    static Map<String, String> minus(Map<String, String> tags, List<String> keys) {
        Map<String, String> all = new LinkedHashMap<>(tags);
        keys.forEach(key -> all.keySet().removeIf(key::equalsIgnoreCase));
        return all;
    }
}
