package dev.cloister.keys.managed;

import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The rows of {@code kms_tags}. */
final class TagRows {
    private TagRows() {}

    static Map<String, String> all(Handle handle, String keyId) {
        Map<String, String> tags = new TreeMap<>();
        handle.select("SELECT tag_key, tag_value FROM kms_tags WHERE key_id = ?", keyId)
                .map(
                        (row, context) ->
                                Map.entry(row.getString("tag_key"), row.getString("tag_value")))
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        return tags;
    }

    static void put(Handle handle, String keyId, Map<String, String> tags) {
        tags.forEach(
                (key, value) ->
                        handle.execute(
                                "INSERT INTO kms_tags (key_id, tag_key, tag_value) VALUES (?, ?, ?)"
                                        + " ON CONFLICT (key_id, tag_key) DO UPDATE SET tag_value ="
                                        + " excluded.tag_value",
                                keyId,
                                key,
                                value));
    }

    static void remove(Handle handle, String keyId, Iterable<String> keys) {
        keys.forEach(
                key ->
                        handle.execute(
                                "DELETE FROM kms_tags WHERE key_id = ? AND tag_key = ?",
                                keyId,
                                key));
    }
}
