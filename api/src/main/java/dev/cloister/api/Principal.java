package dev.cloister.api;

/**
 * Who signed a request, as IAM names it.
 *
 * @param account the account that the principal belongs to
 * @param arn for example {@code arn:aws:iam::123456789012:root} or {@code
 *     arn:aws:sts::123456789012:assumed-role/r/s}
 * @param userId the unique id that GetCallerIdentity returns, for example {@code AROA…:session}
 * @param accessKeyId the key that signed; not a secret
 * @param session what a session was given when it began; {@link SessionContext#NONE} of others
 */
public record Principal(
        AccountId account, String arn, String userId, String accessKeyId, SessionContext session) {

    private static final String ANONYMOUS = "anonymous";

    /**
     * Nobody: who sent a request without a signature.
     *
     * @param owner of the resource that the request is for
     */
    public static Principal anonymous(AccountId owner) {
        return new Principal(owner, ANONYMOUS, ANONYMOUS, "");
    }

    /** Whether the request was not signed; the account is then the resource's. */
    public boolean isAnonymous() {
        return accessKeyId.isEmpty() && userId.equals(ANONYMOUS);
    }

    /** A principal without a session. */
    public Principal(AccountId account, String arn, String userId, String accessKeyId) {
        this(account, arn, userId, accessKeyId, SessionContext.NONE);
    }
}
