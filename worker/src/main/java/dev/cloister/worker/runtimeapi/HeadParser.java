package dev.cloister.worker.runtimeapi;

import java.nio.charset.StandardCharsets;

/** Parses a request's head (RFC 9112, strictly: no line folding, no bare line feeds). */
final class HeadParser {
    private final byte[] bytes;
    private int at;
    private final int end;

    private long contentLength = -1;
    private boolean chunked;
    private boolean keepAlive;
    private boolean expectsContinue;
    private String errorType = "";
    private String responseMode = "";

    private HeadParser(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /**
     * @param end behind the last header's line end, before the empty line's
     */
    static RequestHead parse(byte[] bytes, int from, int end) throws BadRequestException {
        return new HeadParser(bytes, from, end).parse();
    }

    private RequestHead parse() throws BadRequestException {
        int lineEnd = lineEnd();
        int methodEnd = indexOf((byte) ' ', at, lineEnd);
        int pathEnd = methodEnd < 0 ? -1 : indexOf((byte) ' ', methodEnd + 1, lineEnd);
        if (methodEnd <= at || pathEnd < 0) {
            throw BadRequestException.malformed("malformed request line");
        }
        String method = text(at, methodEnd);
        int query = indexOf((byte) '?', methodEnd + 1, pathEnd);
        String path = text(methodEnd + 1, query < 0 ? pathEnd : query);
        if (path.isEmpty() || path.charAt(0) != '/') {
            throw BadRequestException.malformed("the request target must be a path");
        }
        keepAlive =
                switch (text(pathEnd + 1, lineEnd)) {
                    case "HTTP/1.1" -> true;
                    case "HTTP/1.0" -> false;
                    default ->
                            throw new BadRequestException(
                                    "505 HTTP Version Not Supported",
                                    "only HTTP/1.1 is spoken here");
                };
        at = lineEnd + 2;
        while (at < end) {
            header();
        }
        if (chunked && contentLength >= 0) {
            throw BadRequestException.malformed("both Content-Length and Transfer-Encoding");
        }
        return new RequestHead(
                method,
                path,
                keepAlive,
                contentLength,
                chunked,
                expectsContinue,
                errorType,
                responseMode);
    }

    private void header() throws BadRequestException {
        int lineEnd = lineEnd();
        int colon = indexOf((byte) ':', at, lineEnd);
        if (colon <= at || bytes[at] == ' ' || bytes[at] == '\t' || bytes[colon - 1] == ' ') {
            throw BadRequestException.malformed("malformed header line");
        }
        int from = colon + 1;
        int to = lineEnd;
        while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
            from++;
        }
        while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
            to--;
        }
        // told apart by length first: most headers are none of these
        switch (colon - at) {
            case 6 -> {
                if (nameIs("expect", colon)) {
                    expectsContinue = text(from, to).equalsIgnoreCase("100-continue");
                }
            }
            case 10 -> {
                if (nameIs("connection", colon)) {
                    connection(text(from, to));
                }
            }
            case 14 -> {
                if (nameIs("content-length", colon)) {
                    contentLength(from, to);
                }
            }
            case 17 -> {
                if (nameIs("transfer-encoding", colon)) {
                    transferEncoding(text(from, to));
                }
            }
            case 34 -> {
                if (nameIs("lambda-runtime-function-error-type", colon)) {
                    errorType = text(from, to);
                }
            }
            case 37 -> {
                if (nameIs("lambda-runtime-function-response-mode", colon)) {
                    responseMode = text(from, to);
                }
            }
            default -> {}
        }
        at = lineEnd + 2;
    }

    private void connection(String value) {
        if (value.equalsIgnoreCase("close")) {
            keepAlive = false;
        } else if (value.equalsIgnoreCase("keep-alive")) {
            keepAlive = true;
        }
    }

    private void transferEncoding(String value) throws BadRequestException {
        if (chunked || !value.equalsIgnoreCase("chunked")) {
            throw new BadRequestException(
                    "501 Not Implemented", "the only transfer encoding spoken here is chunked");
        }
        chunked = true;
    }

    private void contentLength(int from, int to) throws BadRequestException {
        if (from == to || to - from > 15) {
            throw BadRequestException.malformed("malformed Content-Length");
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw BadRequestException.malformed("malformed Content-Length");
            }
            value = value * 10 + digit;
        }
        if (contentLength >= 0 && contentLength != value) {
            throw BadRequestException.malformed("two different Content-Length headers");
        }
        contentLength = value;
    }

    /** Compares the name at {@link #at} with a lower-case one. */
    private boolean nameIs(String name, int colon) {
        for (int i = at; i < colon; i++) {
            int c = bytes[i];
            if (c >= 'A' && c <= 'Z') {
                c += 'a' - 'A';
            }
            if (c != name.charAt(i - at)) {
                return false;
            }
        }
        return true;
    }

    private int lineEnd() throws BadRequestException {
        for (int i = at; i < end; i++) {
            byte c = bytes[i];
            if (c == '\r' && i + 1 < end && bytes[i + 1] == '\n') {
                return i;
            }
            if (c == '\r' || c == '\n' || c == 0) {
                throw BadRequestException.malformed("a control character in the request's head");
            }
        }
        throw BadRequestException.malformed("the request's head has no end");
    }

    private int indexOf(byte wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
