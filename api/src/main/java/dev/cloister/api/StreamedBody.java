package dev.cloister.api;

import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request's body that is verified while it is read. Confined to the request's thread.
 *
 * <p>What has been read proves nothing before the end has been reached: whoever stores it makes it
 * visible only after {@code read} has returned -1.
 */
public interface StreamedBody {

    /**
     * The payload without any transfer coding. A read throws {@link AwsError} once hash, chunk
     * signature, trailer or length turn out wrong; the end is reached only if all of them fit.
     */
    InputStream stream();

    /** The payload's bytes as the client declared them; empty where it did not. */
    OptionalLong length();

    /** The trailer field that the request announced ({@code x-amz-trailer}), in lower case. */
    Optional<String> announcedTrailer();

    /**
     * A field of the trailer, such as {@code x-amz-checksum-crc32}; known after the stream's end.
     *
     * @param name in lower case
     */
    Optional<String> trailer(String name);
}
