package dev.cloister.functions;

/** Knows which roles Lambda may act by, and what they may do. Thread-safe; answers from memory. */
public interface ExecutionRoles {

    /**
     * Whether the role exists and trusts Lambda to act for the function.
     *
     * @param functionArn without a qualifier
     */
    boolean assumable(String roleArn, String functionArn);

    /**
     * Whether the role's policies let a function's session do something; a resource's own policy is
     * not asked.
     */
    boolean allows(String roleArn, String functionName, String action, String resourceArn);
}
