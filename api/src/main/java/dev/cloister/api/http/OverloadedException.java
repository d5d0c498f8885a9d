package dev.cloister.api.http;

/** The bodies of the requests under way already hold all the memory that they may. */
public final class OverloadedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverloadedException() {
        super("no memory left for request bodies", null, false, false);
    }
}
