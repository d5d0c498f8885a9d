package dev.cloister.observe.logs;

import java.util.function.Predicate;

/**
 * What to read of a group.
 *
 * @param fromMillis earliest event time, inclusive
 * @param toMillis latest event time, inclusive
 * @param start events after it (forward) or before it (backward)
 * @param forward whether the page has the first events after the start, or the last before it
 * @param limit most events of a page
 * @param filter sees the messages; only what it accepts is returned
 * @param filtered whether the filter may refuse anything
 */
public record EventQuery(
        StreamSelection streams,
        long fromMillis,
        long toMillis,
        Position start,
        boolean forward,
        int limit,
        Predicate<String> filter,
        boolean filtered) {}
