package dev.cloister.identity.policy;

/** A text that is no policy of its kind; the message is IAM's, for MalformedPolicyDocument. */
public final class MalformedPolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedPolicyException(String message) {
        super(message, null, false, false);
    }

    /** IAM's wording. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
