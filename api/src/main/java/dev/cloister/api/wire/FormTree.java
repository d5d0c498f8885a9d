package dev.cloister.api.wire;

import dev.cloister.api.message.QueryString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The dotted parameters of the query protocol ({@code Tags.member.1.Key}) as a tree. */
final class FormTree {
    private static final int MAX_DEPTH = 32;

    private final Map<String, FormTree> children = new LinkedHashMap<>();
    private Optional<String> value = Optional.empty();

    static FormTree of(QueryString form) {
        FormTree root = new FormTree();
        form.forEach(root::put);
        return root;
    }

    private void put(String name, String text) {
        FormTree node = this;
        int depth = 0;
        int start = 0;
        while (start <= name.length()) {
            int end = name.indexOf('.', start);
            if (end < 0) {
                end = name.length();
            }
            if (++depth > MAX_DEPTH) {
                throw Serialization.error("The parameter " + name + " is nested too deeply");
            }
            node = node.children.computeIfAbsent(name.substring(start, end), k -> new FormTree());
            start = end + 1;
        }
        if (node.value.isEmpty()) {
            node.value = Optional.of(text);
        }
    }

    Optional<FormTree> child(String name) {
        return Optional.ofNullable(children.get(name));
    }

    Optional<String> value() {
        return value;
    }

    boolean hasChildren() {
        return !children.isEmpty();
    }
}
