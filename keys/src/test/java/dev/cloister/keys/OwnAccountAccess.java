package dev.cloister.keys;

/**
 * The account's own credentials may use the account's own keys, and no other account's. The keys of
 * services ({@code alias/aws/…}) are used by the services alone; anybody of the account may look at
 * them (KMS Developer Guide, "AWS managed keys").
 */
public final class OwnAccountAccess implements KeyAccess {
    private static final String ELSEWHERE =
            "because the resource does not exist in this Region, no resource-based policies allow"
                    + " access, or a resource-based policy explicitly denies access";

    @Override
    public Verdict judge(KeyUse use) {
        if (!use.caller().account().value().equals(use.keyAccount())) {
            return new Verdict.NotAllowed(ELSEWHERE);
        }
        return switch (use.managed()) {
            case CUSTOMER -> new Verdict.Allowed();
            case AWS ->
                    use.caller().viaService().isPresent() || isLook(use.action())
                            ? new Verdict.Allowed()
                            : new Verdict.NotAllowed(
                                    "because no resource-based policy allows the %s action"
                                            .formatted(use.action()));
        };
    }

    private static boolean isLook(String action) {
        return action.startsWith("kms:Describe")
                || action.startsWith("kms:Get")
                || action.startsWith("kms:List");
    }
}
