package dev.cloister.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Carries out one operation whose wire form is coded by hand, such as Invoke. The request is
 * authenticated; the handler reads headers and body itself.
 */
@FunctionalInterface
public interface RawHandler {

    /**
     * @throws AwsError if the request is refused before anything has been written
     */
    void handle(RawRequest request, RawResponse response, RequestContext context)
            throws IOException;

    /** The request as received. */
    interface RawRequest {
        /** The value of a URI label of the operation's route, percent-decoded once. */
        String label(String name);

        Optional<String> header(String name);

        /** The first value of a query parameter, decoded; empty text where it has no value. */
        Optional<String> query(String name);

        List<String> queryNames();

        /** The whole body, already checked against the signature and the size limit. */
        byte[] body();
    }

    /** The response under way; status and headers go out with the first byte of the body. */
    interface RawResponse {
        RawResponse status(int status);

        RawResponse header(String name, String value);

        /** As {@link #header}, beside values that the header has already. */
        RawResponse addHeader(String name, String value);

        /** Sends a complete body. */
        void send(byte[] body) throws IOException;

        /** Sends a body of exactly {@code length} bytes from a stream. */
        void send(InputStream body, long length) throws IOException;

        /** Starts a body of unknown length; the caller closes the stream. */
        OutputStream stream() throws IOException;
    }
}
