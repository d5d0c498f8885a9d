package dev.cloister.invoke;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionReference;

/**
 * Decides by policies who may invoke a function of another account. Thread-safe; answers from
 * memory.
 */
@FunctionalInterface
public interface InvokeAuthorizer {

    /**
     * Whether the policy of the function, version or alias that the caller names allows {@code
     * lambda:InvokeFunction}.
     *
     * @param function need not exist; nobody may invoke one that doesn't
     */
    boolean allows(RequestContext caller, FunctionReference function);
}
