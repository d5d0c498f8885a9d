package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.util.List;
import java.util.Map;

/** The tags of secrets. Thread-safe. */
public final class SecretTags {
    private final Database database;
    private final SecretFinder finder;

    SecretTags(Database database, SecretFinder finder) {
        this.database = database;
        this.finder = finder;
    }

    public void put(KeyCaller caller, String id, Map<String, String> tags) {
        SecretChecks.tags(tags);
        Secret secret = finder.usable(caller, id);
        database.update(
                handle -> {
                    Secret now = finder.currentKept(handle, secret);
                    SecretRows.putTags(handle, now.arn(), tags);
                    SecretChecks.tagCount(finder.current(handle, now).tags().keySet());
                });
    }

    public void remove(KeyCaller caller, String id, List<String> keys) {
        Secret secret = finder.usable(caller, id);
        database.update(
                handle ->
                        SecretRows.removeTags(
                                handle, finder.currentKept(handle, secret).arn(), keys));
    }
}
