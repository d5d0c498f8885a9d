package dev.cloister.observe.logs;

import java.util.List;
import java.util.Optional;

/**
 * A page of events in ascending order.
 *
 * @param next where a forward query goes on; empty where it has seen everything there was
 */
public record EventPage(List<StoredEvent> events, Optional<Position> next) {
    public EventPage {
        events = List.copyOf(events);
    }
}
