package dev.cloister.api;

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

    /**
     * @param code the error's shape name, for example {@code ResourceNotFoundException}
     * @param status HTTP status to use when the service's facts have no such shape
     * @param message AWS's wording
     * @param members further members of the error body by the model's names, for example {@code
     *     Reason}; one that the model binds to a header goes there; {@code Type} as empty text
     *     leaves out a Type that the model has
     */
    public AwsError(String code, int status, String message, Map<String, Object> members) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
        this.members = Map.copyOf(members);
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

    public Map<String, Object> members() {
        return members;
    }
}
