package dev.cloister.api.dispatch;

import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.Percent;
import dev.cloister.api.message.RequestHead;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The bucket and key that a request of S3 is for: both in the path, or the bucket before the host's
 * name ("Virtual hosting of general purpose buckets").
 *
 * @param bucket empty for the service itself
 * @param key empty for a bucket; never normalized: dots and doubled slashes are part of it
 */
record ObjectAddress(Optional<String> bucket, Optional<String> key) {
    /** The domain whose names lead to this machine without DNS (RFC 6761, section 6.3). */
    static final String LOCAL = "localhost";

    private static final String REPLACEMENT = "\uFFFD";

    /**
     * @param domains the endpoint's own names, such as {@code localhost}
     * @throws MalformedRequestException if the path's encoding is not UTF-8
     */
    static ObjectAddress of(RequestHead head, List<String> domains) {
        String path = head.rawPath().substring(1);
        Optional<String> hosted = hostedBucket(head, domains);
        if (hosted.isPresent()) {
            return new ObjectAddress(hosted, decoded(path));
        }
        int slash = path.indexOf('/');
        if (slash < 0) {
            return new ObjectAddress(decoded(path), Optional.empty());
        }
        return new ObjectAddress(
                decoded(path.substring(0, slash)), decoded(path.substring(slash + 1)));
    }

    private static Optional<String> decoded(String raw) {
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        String text = Percent.decode(raw, false);
        if (text.contains(REPLACEMENT) && !raw.toUpperCase(Locale.ROOT).contains("%EF%BF%BD")) {
            throw new MalformedRequestException("Couldn't parse the specified URI.");
        }
        return Optional.of(text);
    }

    /** Whether the host alone says that the request is S3's. */
    static boolean isHosted(RequestHead head, List<String> domains) {
        String prefix = prefix(head, domains).orElse("");
        return prefix.contains(".s3.") || prefix.endsWith(".s3");
    }

    /**
     * {@code <bucket>.s3} or {@code <bucket>.s3.<region>} before a domain; before localhost also
     * the bucket alone. Under another domain the endpoint itself may have such a name.
     */
    private static Optional<String> hostedBucket(RequestHead head, List<String> domains) {
        Optional<String> prefix = prefix(head, domains);
        if (prefix.isEmpty() || prefix.get().equals("s3") || prefix.get().startsWith("s3.")) {
            return Optional.empty();
        }
        String text = prefix.get();
        if (text.endsWith(".s3")) {
            return Optional.of(text.substring(0, text.length() - 3));
        }
        int at = text.lastIndexOf(".s3.");
        if (at > 0 && text.indexOf('.', at + 4) < 0) {
            return Optional.of(text.substring(0, at));
        }
        return prefix(head, List.of(LOCAL));
    }

    /** What precedes one of the domains in the Host header. */
    private static Optional<String> prefix(RequestHead head, List<String> domains) {
        String host = head.headers().first("host").orElse("").toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        for (String domain : domains) {
            if (name.length() > domain.length() + 1 && name.endsWith("." + domain)) {
                return Optional.of(name.substring(0, name.length() - domain.length() - 1));
            }
        }
        return Optional.empty();
    }
}
