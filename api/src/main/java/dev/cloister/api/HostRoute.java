package dev.cloister.api;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Answers every request that is addressed to certain hosts, whatever its path: the hosts are not
 * the API's. It is looked at before anything else, and decides itself whether a request has to be
 * signed. Implementations are thread-safe.
 */
public interface HostRoute {

    /**
     * Whether requests to this host are for this route; called for every request, so it must be
     * cheap.
     *
     * @param host from the Host header alone, without its port; hostile text, at most 255
     *     characters
     */
    boolean takes(String host);

    /** Largest body in bytes. */
    long maxBody();

    /**
     * @throws AwsError if the request is refused before anything has been written
     */
    void handle(HostRequest request, RawHandler.RawResponse response) throws IOException;

    /** A request as received; nobody has been authenticated until {@link #signed} returns. */
    interface HostRequest {
        String method();

        /** From the Host header, without its port. */
        String host();

        /** The path as received, still percent-encoded. */
        String rawPath();

        /** The query as received, without the question mark; empty text where there is none. */
        String rawQuery();

        /** The query's parameters in order, decoded. */
        List<Field> query();

        /** The headers in the order received, with names in lower case. */
        List<Field> headers();

        /** Whether the connection is encrypted. */
        boolean isSecure();

        /** Whether the request carries a Signature Version 4, good or not. */
        boolean hasSignature();

        /**
         * The body of a request that need not be signed, read at the first call.
         *
         * @throws AwsError if it is larger than {@link HostRoute#maxBody}
         */
        byte[] body();

        /**
         * Checks the signature and reads the body. Only one of this and {@link #body} may be
         * called, once.
         *
         * @param service the service of the credential scope
         * @throws AwsError if there is none or it is not good
         */
        Signed signed(String service);

        UUID requestId();

        Instant receivedAt();

        InetAddress source();
    }

    /** A header or a query parameter. */
    record Field(String name, String value) {}

    /** Who signed a request, for which region, and the body that the signature covers. */
    interface Signed {
        Principal principal();

        Region region();

        byte[] body();
    }
}
