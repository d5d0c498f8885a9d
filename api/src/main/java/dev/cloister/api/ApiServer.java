package dev.cloister.api;

/** Placeholder for the server's public face; its constructor is the edge's concern. */
public final class ApiServer {
    private ApiServer() {}
}
