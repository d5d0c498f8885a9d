package dev.cloister.identity.policy;

/** What a policy is attached to, which decides its grammar and its part in a decision. */
public enum PolicyKind {
    IDENTITY("an identity-based policy", "identity-based policy"),
    RESOURCE("a resource-based policy", "resource-based policy"),
    /** A role's trust policy: a resource-based policy without the Resource element. */
    TRUST("a resource-based policy", "resource-based policy"),
    BOUNDARY("a permissions boundary", "permissions boundary"),
    SESSION("a session policy", "session policy");

    private final String withArticle;
    private final String noun;

    PolicyKind(String withArticle, String noun) {
        this.withArticle = withArticle;
        this.noun = noun;
    }

    /** As AWS's messages name it, such as {@code an identity-based policy}. */
    String withArticle() {
        return withArticle;
    }

    /** As AWS's messages name it, such as {@code identity-based policy}. */
    public String noun() {
        return noun;
    }

    /** Whether statements of such a policy name their principals. */
    boolean namesPrincipals() {
        return this == RESOURCE || this == TRUST;
    }
}
