package dev.cloister.api.dispatch;

import dev.cloister.api.AccessInput;
import dev.cloister.api.message.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request whose wire form is coded by hand, as rules of access read it: its path and query. */
final class RawInput implements AccessInput {
    private final RequestHead head;
    private final Map<String, String> labels;

    RawInput(RequestHead head, Map<String, String> labels) {
        this.head = head;
        this.labels = labels;
    }

    @Override
    public Optional<String> text(String member) {
        return Optional.ofNullable(labels.get(member)).or(() -> head.query().first(member));
    }

    @Override
    public List<String> texts(String member) {
        return text(member).map(List::of).orElse(List.of());
    }

    @Override
    public Map<String, String> tags(String member) {
        return Map.of();
    }

    @Override
    public Optional<AccessInput> inside(String member) {
        return Optional.empty();
    }
}
