package dev.cloister.api.sigv4;

import dev.cloister.api.message.Percent;
import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.QueryString.Parameter;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The canonical request of Signature Version 4 ("Create a signed AWS API request", step 1), built
 * from the request as received.
 */
final class CanonicalRequest {
    private static final Comparator<Parameter> BY_NAME_THEN_VALUE =
            Comparator.comparing(Parameter::name).thenComparing(Parameter::value);

    private CanonicalRequest() {}

    static String of(RequestHead head, SignatureClaim claim, String payloadHash) {
        StringBuilder out = new StringBuilder(1_024);
        out.append(head.method()).append('\n');
        appendPath(head.rawPath(), claim.service().equals("s3"), out);
        out.append('\n');
        appendQuery(head.query(), claim.isPresigned(), out);
        out.append('\n');
        List<String> signed = claim.signedHeaders();
        for (String name : signed) {
            out.append(name).append(':');
            appendHeader(head.headers(), name, out);
            out.append('\n');
        }
        out.append('\n');
        for (int i = 0; i < signed.size(); i++) {
            if (i > 0) {
                out.append(';');
            }
            out.append(signed.get(i));
        }
        return out.append('\n').append(payloadHash).toString();
    }

    /**
     * S3 encodes the path once and keeps it as it is; every other service normalizes the encoded
     * path (RFC 3986, 5.2.4, and doubled slashes) and encodes it once more.
     */
    static void appendPath(String rawPath, boolean s3, StringBuilder out) {
        if (s3) {
            appendPathOnce(rawPath, out);
            return;
        }
        String path = needsNormalizing(rawPath) ? normalize(rawPath) : rawPath;
        int start = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' && !Percent.isUnreserved(c)) {
                out.append(path, start, i);
                Percent.encode(String.valueOf(c), out);
                start = i + 1;
            }
        }
        out.append(path, start, path.length());
    }

    /** Escapes are kept (so that %2F stays apart from a slash), their digits in upper case. */
    private static void appendPathOnce(String rawPath, StringBuilder out) {
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%' && i + 2 < rawPath.length()) {
                int high = Character.digit(rawPath.charAt(i + 1), 16);
                int low = Character.digit(rawPath.charAt(i + 2), 16);
                if (high >= 0 && low >= 0) {
                    appendEscape((char) ((high << 4) | low), out);
                    i += 2;
                    continue;
                }
            }
            if (c == '/') {
                out.append(c);
            } else {
                Percent.encode(String.valueOf(c), out);
            }
        }
    }

    private static void appendEscape(char octet, StringBuilder out) {
        if (Percent.isUnreserved(octet)) {
            out.append(octet);
        } else {
            out.append('%')
                    .append(Character.toUpperCase(Character.forDigit(octet >> 4, 16)))
                    .append(Character.toUpperCase(Character.forDigit(octet & 0xf, 16)));
        }
    }

    private static boolean needsNormalizing(String path) {
        return path.contains("//") || path.contains("/.");
    }

    private static String normalize(String path) {
        List<String> kept = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            switch (segment) {
                case "", "." -> {
                    // Doubled slashes and dots stand for nothing.
                }
                case ".." -> {
                    if (!kept.isEmpty()) {
                        kept.removeLast();
                    }
                }
                default -> kept.add(segment);
            }
        }
        String joined = "/" + String.join("/", kept);
        return path.endsWith("/") && !kept.isEmpty() ? joined + "/" : joined;
    }

    private static void appendQuery(QueryString query, boolean presigned, StringBuilder out) {
        if (query.isEmpty()) {
            return;
        }
        List<Parameter> encoded = new ArrayList<>(query.parameters().size());
        for (Parameter parameter : query.parameters()) {
            if (!presigned || !parameter.name().equals("X-Amz-Signature")) {
                encoded.add(new Parameter(encode(parameter.name()), encode(parameter.value())));
            }
        }
        encoded.sort(BY_NAME_THEN_VALUE);
        for (int i = 0; i < encoded.size(); i++) {
            if (i > 0) {
                out.append('&');
            }
            out.append(encoded.get(i).name()).append('=').append(encoded.get(i).value());
        }
    }

    private static String encode(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        Percent.encode(text, out);
        return out.toString();
    }

    /** All values in the order received, joined by commas, with runs of blanks made one. */
    private static void appendHeader(RequestHeaders headers, String name, StringBuilder out) {
        boolean first = true;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equals(name)) {
                if (!first) {
                    out.append(',');
                }
                appendCollapsed(headers.value(i), out);
                first = false;
            }
        }
    }

    private static void appendCollapsed(String value, StringBuilder out) {
        boolean blank = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '\t') {
                blank = true;
                continue;
            }
            if (blank) {
                out.append(' ');
                blank = false;
            }
            out.append(c);
        }
    }
}
