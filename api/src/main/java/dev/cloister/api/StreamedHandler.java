package dev.cloister.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries out one operation whose request or reply has a body too large for memory. Called on a
 * virtual thread, once per request, concurrently.
 *
 * @param <I> Amazon's request type; its members come from path, query and headers
 * @param <O> Amazon's response type; its members go out as headers
 */
@FunctionalInterface
public interface StreamedHandler<I extends SdkPojo, O extends SdkPojo> {

    /**
     * @param body need not be read
     * @throws AwsError if the request is refused; it has then changed nothing
     */
    Reply<O> handle(I input, StreamedBody body, RequestContext context) throws IOException;

    /**
     * @param status the HTTP status
     * @param content the reply's body
     */
    record Reply<O extends SdkPojo>(int status, O output, Optional<Content> content) {
        /** A reply that has headers only. */
        public static <O extends SdkPojo> Reply<O> of(O output) {
            return new Reply<>(200, output, Optional.empty());
        }
    }

    /**
     * A body of known length; the edge closes the stream.
     *
     * @param length in bytes
     */
    record Content(InputStream stream, long length) {}
}
