package dev.cloister.identity.policy;

/** The condition keys that every principal of an account has. */
final class CallerKeys {
    private CallerKeys() {}

    /**
     * @param principalArn for a role's session the role's ARN (IAM User Guide, "AWS global
     *     condition context keys", aws:PrincipalArn)
     */
    static ContextKeys.Builder of(String account, String principalArn, String type, String userId) {
        return ContextKeys.builder()
                .put("aws:PrincipalArn", principalArn)
                .put("aws:PrincipalAccount", account)
                .put("aws:PrincipalType", type)
                .put("aws:PrincipalIsAWSService", "false")
                .put("aws:userid", userId);
    }
}
