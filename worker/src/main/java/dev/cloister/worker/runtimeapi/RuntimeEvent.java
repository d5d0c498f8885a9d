package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;

/**
 * An event as {@code GET /runtime/invocation/next} gives it to a runtime. Texts that are empty are
 * left out, except the request id.
 *
 * @param deadlineMillis milliseconds since the epoch
 */
public record RuntimeEvent(
        String requestId,
        long deadlineMillis,
        String invokedFunctionArn,
        String traceHeader,
        String clientContext,
        String tenantId,
        Payload payload) {

    public RuntimeEvent {
        requirePrintable("requestId", requestId);
        requirePrintable("invokedFunctionArn", invokedFunctionArn);
        requirePrintable("traceHeader", traceHeader);
        requirePrintable("tenantId", tenantId);
        // JSON over several lines is fine as JSON, not as a header
        clientContext = oneLine(clientContext);
    }

    private static String oneLine(String json) {
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) < ' ' || json.charAt(i) == 0x7f) {
                return json.replaceAll("\\p{Cntrl}", " ");
            }
        }
        return json;
    }

    /** Header values come from callers: a control character could add headers of its own. */
    private static void requirePrintable(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException(
                        name + " has a control character at position " + i);
            }
        }
    }
}
