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

    /** A principal without a session. */
    public Principal(AccountId account, String arn, String userId, String accessKeyId) {
        this(account, arn, userId, accessKeyId, SessionContext.NONE);
    }
}
