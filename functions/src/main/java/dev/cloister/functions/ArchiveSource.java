package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
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
     * @param account whose request it is: its rights count
     * @param region of the function or layer, in which the bucket has to be too
     * @param most the most bytes that it may have
     * @throws UnreadableException if there is no such object for this account
     * @throws dev.cloister.api.AwsError if it is larger
     */
    byte[] read(AccountId account, Region region, Location location, long most);

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
