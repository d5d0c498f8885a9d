package dev.cloister.api.message;

/**
 * What is known of a request before its body.
 *
 * @param rawPath as received, still percent-encoded; begins with a slash
 * @param rawQuery as received, without the question mark; empty text where there is none
 */
public record RequestHead(
        String method, String rawPath, String rawQuery, QueryString query, RequestHeaders headers) {

    /**
     * @throws MalformedRequestException if path or query isn't well-formed
     */
    public static RequestHead of(
            String method, String rawPath, String rawQuery, RequestHeaders headers) {
        if (rawPath.isEmpty() || rawPath.charAt(0) != '/') {
            throw new MalformedRequestException("The request target must begin with a slash");
        }
        requirePrintable(rawPath);
        requirePrintable(rawQuery);
        return new RequestHead(method, rawPath, rawQuery, QueryString.parse(rawQuery), headers);
    }

    private static void requirePrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new MalformedRequestException(
                        "The request target has a character that must be percent-encoded");
            }
        }
    }
}
