package dev.cloister.api.sigv4;

/** Why a request's signature is refused; each protocol has its own code for a reason. */
public final class SignatureRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of refusal that AWS tells apart. */
    public enum Reason {
        MISSING,
        INCOMPLETE,
        UNKNOWN_KEY,
        INVALID_TOKEN,
        EXPIRED_TOKEN,
        MISMATCH,
        SKEWED,
        WRONG_SCOPE,
        LINK_PARAMETERS,
        LINK_EXPIRED,
        UNSIGNED_HEADER,
        BAD_CHUNK,
        /** Too many bad signatures: no reason is told any more. */
        THROTTLED
    }

    private final Reason reason;

    SignatureRefusal(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public String message() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    /** For a request that carries no signature. */
    public static SignatureRefusal missing() {
        return new SignatureRefusal(Reason.MISSING, "Missing Authentication Token");
    }

    static SignatureRefusal mismatch() {
        return new SignatureRefusal(
                Reason.MISMATCH,
                "The request signature we calculated does not match the signature you provided."
                        + " Check your AWS Secret Access Key and signing method. Consult the service"
                        + " documentation for details.");
    }

    static SignatureRefusal throttled() {
        return new SignatureRefusal(Reason.THROTTLED, "Rate exceeded");
    }

    static SignatureRefusal unknownKey() {
        return new SignatureRefusal(
                Reason.UNKNOWN_KEY, "The security token included in the request is invalid.");
    }

    static SignatureRefusal invalidToken() {
        return new SignatureRefusal(
                Reason.INVALID_TOKEN, "The security token included in the request is invalid.");
    }
}
