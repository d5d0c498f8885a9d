package dev.cloister.identity.access;

import dev.cloister.api.AwsError;
import dev.cloister.api.SessionContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tags of sessions and how chained sessions inherit them (IAM User Guide, "Pass session tags"). */
final class SessionTags {
    private SessionTags() {}

    /**
     * The tags of a session: those that the calling session hands on, and those asked for.
     *
     * @throws AwsError InvalidParameterValue if the two can't go together
     */
    static Map<String, String> combine(
            SessionContext calling, Map<String, String> tags, List<String> transitive) {
        for (String key : transitive) {
            if (tags.keySet().stream().noneMatch(key::equalsIgnoreCase)) {
                throw invalid(
                        "The specified transitive tag key must be included in the requested tags.");
            }
        }
        Map<String, String> all = new LinkedHashMap<>();
        calling.tags()
                .forEach(
                        (key, value) -> {
                            if (calling.transitiveTagKeys().contains(key)) {
                                all.put(key, value);
                            }
                        });
        for (String key : tags.keySet()) {
            if (all.keySet().stream().anyMatch(key::equalsIgnoreCase)) {
                throw invalid(
                        "One of the specified transitive tag keys can't be set because it conflicts"
                                + " with a transitive tag key from the calling session.");
            }
        }
        all.putAll(tags);
        return all;
    }

    /** The keys that the session hands on in its turn, as the tags spell them. */
    static List<String> transitive(
            SessionContext calling, Map<String, String> tags, List<String> transitive) {
        List<String> all = new ArrayList<>(calling.transitiveTagKeys());
        for (String key : tags.keySet()) {
            if (transitive.stream().anyMatch(key::equalsIgnoreCase)) {
                all.add(key);
            }
        }
        return all;
    }

    /**
     * Tags as they were asked for, each key once.
     *
     * @throws AwsError InvalidParameterValue
     */
    static Map<String, String> unique(List<Map.Entry<String, String>> pairs) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Map.Entry<String, String> pair : pairs) {
            if (tags.keySet().stream().anyMatch(pair.getKey()::equalsIgnoreCase)) {
                throw invalid(
                        "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
            }
            tags.put(pair.getKey(), pair.getValue());
        }
        return tags;
    }

    private static AwsError invalid(String message) {
        return new AwsError("InvalidParameterValue", 400, message);
    }
}
