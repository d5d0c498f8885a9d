package dev.cloister.api;

import java.util.HashMap;
import java.util.Map;

/**
 * A refusal that the caller sees: an AWS error code with AWS's wording. The domain throws it; the
 * edge renders it for the protocol. HTTP status, the spelling of the message member and the {@code
 * Type} member come from the service's facts file by {@code code}.
 */
public final class AwsError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final int status;
    private final transient Map<String, Object> members;
    private final transient Map<String, String> headers;

    /**
     * @param code the error's shape name, for example {@code ResourceNotFoundException}
     * @param status HTTP status to use when the service's facts have no such shape
     * @param message AWS's wording
     * @param members further members of the error body by the model's names, for example {@code
     *     Reason}; one that the model binds to a header goes there; {@code Type} as empty text
     *     leaves out a Type that the model has
     */
    public AwsError(String code, int status, String message, Map<String, Object> members) {
        this(code, status, message, members, Map.of());
    }

    private AwsError(
            String code,
            int status,
            String message,
            Map<String, Object> members,
            Map<String, String> headers) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
        this.members = Map.copyOf(members);
        this.headers = Map.copyOf(headers);
    }

    /** The same with a further header of the reply, which no model knows. */
    public AwsError withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new AwsError(code, status, message(), members, more);
    }

    public AwsError(String code, int status, String message) {
        this(code, status, message, Map.of());
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    public String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    public Map<String, String> headers() {
        return headers;
    }

    public Map<String, Object> members() {
        return members;
    }
}
