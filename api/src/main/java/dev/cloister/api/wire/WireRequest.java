package dev.cloister.api.wire;

import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.RequestHead;
import java.util.Map;
import java.util.function.Supplier;

/** An authenticated request for one operation. */
public final class WireRequest {
    private final RequestHead head;
    private final Map<String, String> labels;
    private final Supplier<QueryString> form;
    private final byte[] body;

    /**
     * @param labels the URI labels of the operation's route, decoded
     * @param form the parameters of a query protocol's request
     */
    public WireRequest(
            RequestHead head, Map<String, String> labels, Supplier<QueryString> form, byte[] body) {
        this.head = head;
        this.labels = Map.copyOf(labels);
        this.form = form;
        this.body = body;
    }

    public RequestHead head() {
        return head;
    }

    public Map<String, String> labels() {
        return labels;
    }

    public QueryString form() {
        return form.get();
    }

    public byte[] body() {
        return body;
    }
}
