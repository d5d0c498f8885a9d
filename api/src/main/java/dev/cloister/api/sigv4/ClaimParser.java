package dev.cloister.api.sigv4;

import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the Authorization header or a presigned link's query parameters. */
public final class ClaimParser {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final int MAX_SIGNED_HEADERS = 100;
    private static final int MAX_LINK_SECONDS = 604_800;

    private ClaimParser() {}

    /**
     * The request's claim, or empty if it carries no signature at all.
     *
     * @throws SignatureRefusal if it carries one that is not of the right form
     */
    public static Optional<SignatureClaim> parse(RequestHead head) {
        Optional<String> authorization = head.headers().first("authorization");
        if (authorization.isPresent()) {
            return Optional.of(fromHeader(authorization.get(), head.headers()));
        }
        if (!head.query().isEmpty() && head.query().contains("X-Amz-Algorithm")) {
            return Optional.of(fromQuery(head.query(), head.headers()));
        }
        return Optional.empty();
    }

    private static SignatureClaim fromHeader(String authorization, RequestHeaders headers) {
        if (!authorization.startsWith(ALGORITHM)
                || authorization.length() == ALGORITHM.length()
                || authorization.charAt(ALGORITHM.length()) > ' ') {
            throw new SignatureRefusal(
                    Reason.INCOMPLETE,
                    "Authorization header must begin with '"
                            + ALGORITHM
                            + "': other algorithms are not supported. "
                            + fingerprint(authorization));
        }
        Fields fields = new Fields();
        fields.read(authorization, ALGORITHM.length());
        Optional<String> date = headers.first("x-amz-date").or(() -> headers.first("date"));
        StringBuilder missing = new StringBuilder();
        requireParameter(fields.credential, "Credential", missing);
        requireParameter(fields.signature, "Signature", missing);
        requireParameter(fields.signedHeaders, "SignedHeaders", missing);
        if (date.isEmpty()) {
            missing.append(
                    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                            + " header. ");
        }
        String credential = fields.credential;
        String signature = fields.signature;
        String signedHeaders = fields.signedHeaders;
        if (credential == null || signature == null || signedHeaders == null || date.isEmpty()) {
            throw new SignatureRefusal(
                    Reason.INCOMPLETE, missing.append(fingerprint(authorization)).toString());
        }
        return claim(
                credential,
                signedHeaders,
                signature,
                SigningDate.parse(date.get()),
                headers.first("x-amz-security-token"),
                Optional.empty());
    }

    private static void requireParameter(
            @Nullable String value, String name, StringBuilder missing) {
        if (value == null) {
            missing.append("Authorization header requires '").append(name).append("' parameter. ");
        }
    }

    /** AWS never repeats the header, which is as good as a password for some minutes. */
    private static String fingerprint(String authorization) {
        byte[] hash = Digests.sha256().digest(authorization.getBytes(StandardCharsets.UTF_8));
        return "(Hashed with SHA-256 and encoded with Base64) Authorization="
                + Base64.getEncoder().encodeToString(hash);
    }

    private static SignatureClaim fromQuery(QueryString query, RequestHeaders headers) {
        Optional<String> credential = query.first("X-Amz-Credential");
        Optional<String> date = query.first("X-Amz-Date");
        Optional<String> expires = query.first("X-Amz-Expires");
        Optional<String> signedHeaders = query.first("X-Amz-SignedHeaders");
        Optional<String> signature = query.first("X-Amz-Signature");
        if (credential.isEmpty()
                || date.isEmpty()
                || expires.isEmpty()
                || signedHeaders.isEmpty()
                || signature.isEmpty()) {
            throw linkRefusal(
                    "Query-string authentication version 4 requires the X-Amz-Algorithm,"
                            + " X-Amz-Credential, X-Amz-Signature, X-Amz-Date,"
                            + " X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
        }
        if (!query.first("X-Amz-Algorithm").orElse("").equals(ALGORITHM)) {
            throw linkRefusal("X-Amz-Algorithm only supports \"" + ALGORITHM + "\"");
        }
        return claim(
                credential.get(),
                signedHeaders.get(),
                signature.get(),
                SigningDate.parse(date.get()),
                query.first("X-Amz-Security-Token").or(() -> headers.first("x-amz-security-token")),
                Optional.of(expiry(expires.get())));
    }

    private static Duration expiry(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw linkRefusal("X-Amz-Expires should be a number");
        }
        if (text.length() > 9 || Integer.parseInt(text) > MAX_LINK_SECONDS) {
            throw linkRefusal(
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given"
                            + " X-Amz-Expires must be less than "
                            + MAX_LINK_SECONDS
                            + " seconds");
        }
        int seconds = Integer.parseInt(text);
        if (seconds == 0) {
            throw linkRefusal("X-Amz-Expires must be non-negative");
        }
        return Duration.ofSeconds(seconds);
    }

    private static SignatureRefusal linkRefusal(String message) {
        return new SignatureRefusal(Reason.LINK_PARAMETERS, message);
    }

    private static SignatureClaim claim(
            String credential,
            String signedHeaders,
            String signature,
            SigningDate date,
            Optional<String> token,
            Optional<Duration> link) {
        // An access key id holds no slash, so the scope is what follows the first one.
        List<String> parts = split(credential, '/', 6);
        if (parts.size() != 5) {
            throw new SignatureRefusal(
                    link.isPresent() ? Reason.LINK_PARAMETERS : Reason.INCOMPLETE,
                    "Credential must have exactly 5 slash-delimited elements, e.g."
                            + " keyid/date/region/service/term, got a value with "
                            + parts.size()
                            + (parts.size() == 6 ? " or more" : ""));
        }
        if (!parts.get(4).equals("aws4_request")) {
            throw new SignatureRefusal(
                    Reason.WRONG_SCOPE,
                    "Credential should be scoped with a valid terminator: 'aws4_request', not '"
                            + parts.get(4)
                            + "'.");
        }
        return new SignatureClaim(
                parts.get(0),
                parts.get(1),
                parts.get(2),
                parts.get(3),
                split(signedHeaders, ';', MAX_SIGNED_HEADERS),
                signature,
                date.basic(),
                date.instant(),
                token,
                link);
    }

    /** Splits at the separator, into at most {@code limit} parts. */
    private static List<String> split(String text, char separator, int limit) {
        List<String> parts = new ArrayList<>(8);
        int start = 0;
        while (parts.size() < limit) {
            int end = text.indexOf(separator, start);
            if (end < 0) {
                parts.add(text.substring(start));
                return parts;
            }
            parts.add(text.substring(start, end));
            start = end + 1;
        }
        return parts;
    }

    /** The three parameters of the Authorization header. */
    private static final class Fields {
        private @Nullable String credential;
        private @Nullable String signedHeaders;
        private @Nullable String signature;

        void read(String text, int from) {
            int position = from;
            while (position < text.length()) {
                int end = text.indexOf(',', position);
                if (end < 0) {
                    end = text.length();
                }
                int equals = text.indexOf('=', position);
                if (equals > 0 && equals < end) {
                    put(text.substring(position, equals).strip(), text, equals + 1, end);
                }
                position = end + 1;
            }
        }

        private void put(String name, String text, int start, int end) {
            String value = text.substring(start, end).strip();
            switch (name) {
                case "Credential" -> credential = value;
                case "SignedHeaders" -> signedHeaders = value;
                case "Signature" -> signature = value;
                default -> {
                    // AWS ignores parameters that it doesn't know.
                }
            }
        }
    }
}
