package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.util.List;
import java.util.Map;

/** The tags of keys. Thread-safe. */
public final class Tags {
    /** KMS's quota "Tags per KMS key". */
    static final int MOST = 50;

    private final Database database;
    private final KeyGate gate;

    Tags(Database database, KeyGate gate) {
        this.database = database;
        this.gate = gate;
    }

    public Map<String, String> list(KeyCaller caller, String keyId) {
        ManagedKey key = gate.toManage(caller, keyId, "ListResourceTags");
        return database.read(handle -> TagRows.all(handle, key.id()));
    }

    public void put(KeyCaller caller, String keyId, Map<String, String> tags) {
        check(tags);
        ManagedKey key = gate.toManage(caller, keyId, "TagResource");
        database.update(
                handle -> {
                    KeyGate.requireNotLeaving(Lifecycle.current(handle, key));
                    TagRows.put(handle, key.id(), tags);
                    if (TagRows.all(handle, key.id()).size() > MOST) {
                        throw KeyErrors.of("TagException", "Too many tags");
                    }
                });
    }

    public void remove(KeyCaller caller, String keyId, List<String> keys) {
        ManagedKey key = gate.toManage(caller, keyId, "UntagResource");
        database.update(
                handle -> {
                    KeyGate.requireNotLeaving(Lifecycle.current(handle, key));
                    TagRows.remove(handle, key.id(), keys);
                });
    }

    static void check(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw KeyErrors.of("TagException", "Too many tags");
        }
        if (tags.keySet().stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw KeyErrors.of("TagException", "Tags beginning with aws: are reserved");
        }
    }
}
