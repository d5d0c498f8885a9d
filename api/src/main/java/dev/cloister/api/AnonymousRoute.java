package dev.cloister.api;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A path that AWS serves without a signature, or with a token of its own, such as a code download
 * link. It is looked at before any service. Implementations are thread-safe.
 */
public interface AnonymousRoute {

    /**
     * Whether this route answers the request; called for every request, so it must be cheap.
     *
     * @param rawPath the path as received, still percent-encoded, without the query
     */
    boolean takes(String method, String rawPath);

    /** Largest body in bytes; 0 where the route takes none. */
    default long maxBody() {
        return 0;
    }

    /**
     * @throws AwsError if the request is refused before anything has been written
     */
    void handle(AnonymousRequest request, RawHandler.RawResponse response) throws IOException;

    /** The request as received; nobody has been authenticated. */
    interface AnonymousRequest {
        String method();

        /** The path as received, still percent-encoded. */
        String rawPath();

        /** The query as received, without the question mark; empty text where there is none. */
        String rawQuery();

        /** The first value of a query parameter, decoded; empty text where it has no value. */
        Optional<String> query(String name);

        Optional<String> header(String name);

        byte[] body();

        UUID requestId();

        Instant receivedAt();

        InetAddress source();
    }
}
