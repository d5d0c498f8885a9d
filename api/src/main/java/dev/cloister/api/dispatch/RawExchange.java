package dev.cloister.api.dispatch;

import dev.cloister.api.RawHandler.RawRequest;
import dev.cloister.api.message.RequestHead;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A verified request as the handlers coded by hand see it. */
final class RawExchange implements RawRequest {
    private final RequestHead head;
    private final Map<String, String> labels;
    private final byte[] body;

    RawExchange(RequestHead head, Map<String, String> labels, byte[] body) {
        this.head = head;
        this.labels = labels;
        this.body = body;
    }

    @Override
    public String label(String name) {
        String value = labels.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the operation's route has no label " + name);
        }
        return value;
    }

    @Override
    public Optional<String> header(String name) {
        return head.headers().first(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public Optional<String> query(String name) {
        return head.query().first(name);
    }

    @Override
    public List<String> queryNames() {
        return head.query().names();
    }

    @Override
    public byte[] body() {
        return body;
    }
}
