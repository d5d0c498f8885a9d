package dev.cloister.api.dispatch;

import dev.cloister.api.message.Percent;
import dev.cloister.api.message.QueryString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A REST service's routes as a tree of path segments. Matching is on the raw path, so that an
 * encoded slash stays within its segment; a literal segment goes before a label. Immutable once
 * filled.
 */
final class PathTable<T> {
    private final Node<T> root = new Node<>();

    /**
     * @param labels the values of the route's labels, decoded once
     */
    record Match<T>(T target, Map<String, String> labels) {}

    private record Entry<T>(
            String method, List<String> labelNames, QueryString literalQuery, T target) {}

    private static final class Node<T> {
        private final Map<String, Node<T>> literals = new HashMap<>();
        private @Nullable Node<T> label;
        private final List<Entry<T>> ending = new ArrayList<>(1);
        private final List<Entry<T>> greedy = new ArrayList<>(0);
    }

    /**
     * @param template for example {@code /layers/{LayerName}/versions?find=x}; a last label with a
     *     plus sign takes the rest of the path
     */
    void add(String method, String template, T target) {
        int question = template.indexOf('?');
        String path = question < 0 ? template : template.substring(0, question);
        QueryString literal =
                question < 0
                        ? QueryString.EMPTY
                        : QueryString.parse(template.substring(question + 1));
        List<String> labelNames = new ArrayList<>();
        Node<T> node = root;
        boolean greedy = false;
        for (String segment : segments(path)) {
            if (segment.startsWith("{") && segment.endsWith("+}")) {
                labelNames.add(segment.substring(1, segment.length() - 2));
                greedy = true;
            } else if (segment.startsWith("{") && segment.endsWith("}")) {
                labelNames.add(segment.substring(1, segment.length() - 1));
                if (node.label == null) {
                    node.label = new Node<>();
                }
                node = node.label;
            } else {
                node = node.literals.computeIfAbsent(segment, k -> new Node<>());
            }
        }
        List<Entry<T>> entries = greedy ? node.greedy : node.ending;
        entries.add(new Entry<>(method, List.copyOf(labelNames), literal, target));
        entries.sort(Comparator.comparingInt(e -> -e.literalQuery.parameters().size()));
    }

    /**
     * @throws dev.cloister.api.message.MalformedRequestException if a label's encoding is malformed
     */
    Optional<Match<T>> find(String method, String rawPath, QueryString query) {
        List<String> segments = segments(rawPath);
        List<String> values = new ArrayList<>(4);
        Entry<T> entry = find(root, segments, 0, values, method, query);
        if (entry == null) {
            return Optional.empty();
        }
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < entry.labelNames.size(); i++) {
            labels.put(entry.labelNames.get(i), Percent.decode(values.get(i), false));
        }
        return Optional.of(new Match<>(entry.target, labels));
    }

    private @Nullable Entry<T> find(
            Node<T> node,
            List<String> segments,
            int index,
            List<String> values,
            String method,
            QueryString query) {
        if (index == segments.size()) {
            return select(node.ending, method, query);
        }
        String segment = segments.get(index);
        Node<T> literal = node.literals.get(segment);
        if (literal != null) {
            Entry<T> found = find(literal, segments, index + 1, values, method, query);
            if (found != null) {
                return found;
            }
        }
        if (node.label != null && !segment.isEmpty()) {
            values.add(segment);
            Entry<T> found = find(node.label, segments, index + 1, values, method, query);
            if (found != null) {
                return found;
            }
            values.removeLast();
        }
        if (!node.greedy.isEmpty()) {
            values.add(String.join("/", segments.subList(index, segments.size())));
            return select(node.greedy, method, query);
        }
        return null;
    }

    private static <T> @Nullable Entry<T> select(
            List<Entry<T>> entries, String method, QueryString query) {
        for (Entry<T> entry : entries) {
            if (entry.method.equals(method) && agrees(entry.literalQuery, query)) {
                return entry;
            }
        }
        return null;
    }

    private static boolean agrees(QueryString literal, QueryString query) {
        for (QueryString.Parameter parameter : literal.parameters()) {
            if (!query.first(parameter.name()).filter(parameter.value()::equals).isPresent()) {
                return false;
            }
        }
        return true;
    }

    /** The segments after the first slash; one slash at the end counts for nothing. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(8);
        int start = 1;
        while (start < path.length()) {
            int end = path.indexOf('/', start);
            if (end < 0) {
                end = path.length();
            }
            segments.add(path.substring(start, end));
            start = end + 1;
        }
        return segments;
    }
}
