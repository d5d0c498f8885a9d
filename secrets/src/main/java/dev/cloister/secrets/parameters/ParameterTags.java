package dev.cloister.secrets.parameters;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The tags of parameters. Thread-safe. */
public final class ParameterTags {
    /** Tags of a parameter (AWS General Reference, "Systems Manager quotas"). */
    static final int MOST = 50;

    private final Database database;

    ParameterTags(Database database) {
        this.database = database;
    }

    public Map<String, String> list(KeyCaller caller, String name) {
        ParameterKey key = ParameterKey.of(caller, name);
        return database.read(
                handle -> {
                    require(handle, key);
                    return ParameterRows.tags(handle, key);
                });
    }

    public void put(KeyCaller caller, String name, Map<String, String> tags) {
        check(tags);
        ParameterKey key = ParameterKey.of(caller, name);
        database.update(
                handle -> {
                    require(handle, key);
                    ParameterRows.putTags(handle, key, tags);
                    requireFew(ParameterRows.tags(handle, key));
                });
    }

    public void remove(KeyCaller caller, String name, List<String> keys) {
        ParameterKey key = ParameterKey.of(caller, name);
        database.update(
                handle -> {
                    require(handle, key);
                    ParameterRows.removeTags(handle, key, keys);
                });
    }

    private static void require(Handle handle, ParameterKey key) {
        if (ParameterRows.latest(handle, key).isEmpty()) {
            throw ParameterErrors.resourceId();
        }
    }

    static void check(Map<String, String> tags) {
        if (tags.keySet().stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw ParameterErrors.validation("Tag keys can't begin with aws:, which is reserved.");
        }
        requireFew(tags);
    }

    private static void requireFew(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw ParameterErrors.of(
                    "TooManyTagsError", "A parameter has at most %d tags.".formatted(MOST));
        }
    }
}
