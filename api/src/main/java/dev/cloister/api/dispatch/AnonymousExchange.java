package dev.cloister.api.dispatch;

import dev.cloister.api.AnonymousRoute.AnonymousRequest;
import dev.cloister.api.http.HttpExchange;
import dev.cloister.api.message.RequestHead;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A request that nobody has been asked to sign. */
final class AnonymousExchange implements AnonymousRequest {
    private final HttpExchange exchange;
    private final RequestHead head;
    private final byte[] body;
    private final Instant receivedAt;

    AnonymousExchange(HttpExchange exchange, RequestHead head, byte[] body, Instant receivedAt) {
        this.exchange = exchange;
        this.head = head;
        this.body = body;
        this.receivedAt = receivedAt;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String rawPath() {
        return head.rawPath();
    }

    @Override
    public String rawQuery() {
        return head.rawQuery();
    }

    @Override
    public Optional<String> query(String name) {
        return head.query().first(name);
    }

    @Override
    public Optional<String> header(String name) {
        return head.headers().first(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public UUID requestId() {
        return exchange.requestId();
    }

    @Override
    public Instant receivedAt() {
        return receivedAt;
    }

    @Override
    public InetAddress source() {
        return exchange.source();
    }
}
