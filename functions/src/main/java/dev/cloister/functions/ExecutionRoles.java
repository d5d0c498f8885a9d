package dev.cloister.functions;

/** Knows which roles Lambda may act by. Thread-safe; answers from memory. */
@FunctionalInterface
public interface ExecutionRoles {

    /**
     * Whether the role exists and trusts Lambda to act for the function.
     *
     * @param functionArn without a qualifier
     */
    boolean assumable(String roleArn, String functionArn);
}
