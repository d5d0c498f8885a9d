package dev.cloister.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table in Markdown, as docs/performance.md takes it. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... columns) {
        rows.add(List.of(columns));
        rows.add(List.of(columns).stream().map(_ -> "---").toList());
    }

    void add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(
                    cell instanceof Double number
                            ? String.format(Locale.ROOT, number < 10 ? "%.2f" : "%.0f", number)
                            : cell.toString());
        }
        rows.add(row);
    }

    void print(PrintStream out) {
        rows.forEach(row -> out.println("| " + String.join(" | ", row) + " |"));
        out.flush();
    }

    /** The middle of some measurements; 0 of none. */
    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }
}
