package dev.cloister.api.http;

/** Answers requests. Called concurrently, each on its connection's virtual thread. */
@FunctionalInterface
public interface HttpHandler {
    /** Sends exactly one reply to the exchange, and throws only what is beyond repair. */
    void handle(HttpExchange exchange);
}
