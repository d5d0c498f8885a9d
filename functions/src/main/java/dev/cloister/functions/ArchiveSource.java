package dev.cloister.functions;

import dev.cloister.api.RequestContext;
import java.util.Optional;

/**
 * Where archives lie that a request names instead of carrying them: objects in buckets.
 * Thread-safe.
 */
@FunctionalInterface
public interface ArchiveSource {

    /**
     * Reads a whole archive.
     *
     * @param context the request that names it: its caller's rights count, and its region, in which
     *     the bucket has to be too
     * @param most the most bytes that it may have
     * @throws UnreadableException if there is no such object for this caller
     * @throws dev.cloister.api.AwsError if it is larger
     */
    byte[] read(RequestContext context, Location location, long most);

    /** Of a version of an object, or of the latest. */
    record Location(String bucket, String key, Optional<String> version) {}

    /** Why an object can't be read, in S3's own code and words. */
    final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;

        public UnreadableException(String code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        public String code() {
            return code;
        }

        public String message() {
            String message = getMessage();
            return message == null ? "" : message;
        }
    }
}
