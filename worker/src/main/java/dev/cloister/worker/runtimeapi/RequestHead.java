package dev.cloister.worker.runtimeapi;

/**
 * Request line and headers of one request, as far as the Runtime API looks at them. Texts of
 * headers that were not sent are empty.
 *
 * @param path without its query
 * @param contentLength -1 if there is none
 */
record RequestHead(
        String method,
        String path,
        boolean keepAlive,
        long contentLength,
        boolean chunked,
        boolean expectsContinue,
        String errorType,
        String responseMode) {

    boolean hasBody() {
        return chunked || contentLength > 0;
    }
}
