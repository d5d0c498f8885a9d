package dev.cloister.invoke;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which functions a chain of requests has been through, as a trace header tells it: {@code
 * Lineage=a87bd80c:1|68fd508a:5}, each with the number of its invocations but the first (Developer
 * Guide, "Use Lambda recursive loop detection to prevent infinite loops"). Immutable.
 */
record Lineage(List<Visited> functions) {
    /** How many functions are told apart; a header has to stay short. */
    static final int MAX_FUNCTIONS = 16;

    private static final int MAX_COUNT = 9999;
    private static final Pattern PART = Pattern.compile("(?:^|;)\\s*Lineage=([^;]*)");
    private static final Pattern VISITED = Pattern.compile("([0-9a-f]{8}):([0-9]{1,4})");

    Lineage {
        functions = List.copyOf(functions);
    }

    /**
     * A function of the chain.
     *
     * @param id eight hex digits
     * @param count its invocations but the first
     */
    record Visited(String id, int count) {
        @Override
        public String toString() {
            return id + ":" + count;
        }
    }

    /** What a header tells; a chain that begins here if it tells nothing that can be read. */
    static Lineage of(String header) {
        Matcher part = PART.matcher(header);
        return part.find() ? parse(part.group(1)) : new Lineage(List.of());
    }

    private static Lineage parse(String text) {
        List<Visited> functions = new ArrayList<>();
        for (String each : text.split("\\|", MAX_FUNCTIONS + 1)) {
            Matcher visited = VISITED.matcher(each);
            if (!visited.matches() || functions.size() == MAX_FUNCTIONS) {
                return new Lineage(List.of());
            }
            functions.add(new Visited(visited.group(1), Integer.parseInt(visited.group(2))));
        }
        return new Lineage(functions);
    }

    /** How often the chain has invoked a function. */
    int invocations(String id) {
        return functions.stream()
                .filter(visited -> visited.id.equals(id))
                .mapToInt(visited -> visited.count + 1)
                .findFirst()
                .orElse(0);
    }

    /**
     * With one more invocation of a function. Where there is no room for it, a function is
     * forgotten by chance: mostly one of those that the chain came by least often, so that a loop
     * through more functions than are told apart is found too, if later; now and then any, so that
     * what was before the loop goes.
     */
    Lineage through(String id, RandomGenerator random) {
        List<Visited> next = new ArrayList<>(functions);
        for (int i = 0; i < next.size(); i++) {
            Visited visited = next.get(i);
            if (visited.id.equals(id)) {
                next.set(i, new Visited(id, Math.min(visited.count + 1, MAX_COUNT)));
                return new Lineage(next);
            }
        }
        if (next.size() == MAX_FUNCTIONS) {
            next.remove(forgettable(random));
        }
        next.add(new Visited(id, 0));
        return new Lineage(next);
    }

    private Visited forgettable(RandomGenerator random) {
        int least = functions.stream().mapToInt(Visited::count).min().orElse(0);
        boolean any = random.nextInt(MAX_FUNCTIONS) == 0;
        List<Visited> candidates =
                functions.stream().filter(visited -> any || visited.count == least).toList();
        return candidates.get(random.nextInt(candidates.size()));
    }

    /** A header that tells this, whatever it told before. */
    String in(String header) {
        String rest = PART.matcher(header).replaceAll("");
        String part =
                "Lineage=" + String.join("|", functions.stream().map(Visited::toString).toList());
        return rest.isEmpty() ? part : rest + ";" + part;
    }
}
