package dev.cloister.functions;

import dev.cloister.functions.urls.FunctionUrl;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds a function by the id of one of its URLs. Thread-safe; changes of one function take turns
 * (see {@link Ledger}).
 */
final class UrlIndex {
    private final ConcurrentHashMap<String, Place> byId = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<FunctionKey, Set<String>> ids = new ConcurrentHashMap<>();

    /**
     * Whose URL it is.
     *
     * @param qualifier the alias; empty for the function itself
     */
    record Place(FunctionKey key, Optional<String> qualifier) {}

    Optional<Place> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    void put(FunctionRecord function) {
        Set<String> now = new HashSet<>();
        for (Map.Entry<String, FunctionUrl> url : function.access().urls().entrySet()) {
            String id = url.getValue().id();
            now.add(id);
            byId.put(
                    id,
                    new Place(
                            function.key(),
                            Optional.of(url.getKey()).filter(text -> !text.isEmpty())));
        }
        Set<String> before =
                now.isEmpty() ? ids.remove(function.key()) : ids.put(function.key(), now);
        if (before != null) {
            before.stream().filter(id -> !now.contains(id)).forEach(byId::remove);
        }
    }

    void remove(FunctionKey key) {
        Set<String> before = ids.remove(key);
        if (before != null) {
            before.forEach(byId::remove);
        }
    }
}
