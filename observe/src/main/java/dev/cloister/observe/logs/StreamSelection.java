package dev.cloister.observe.logs;

import java.util.List;

/** Which of a group's streams a query is about. */
public sealed interface StreamSelection {

    /** All streams whose names begin so; all of them for an empty prefix. */
    record Prefix(String prefix) implements StreamSelection {}

    /** These streams; it is an error if one does not exist. */
    record Names(List<String> names) implements StreamSelection {
        public Names {
            names = List.copyOf(names);
        }
    }
}
