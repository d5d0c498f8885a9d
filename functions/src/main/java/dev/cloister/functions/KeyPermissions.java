package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;

/** Who may use customers' keys of functions. Implementations are thread-safe. */
public interface KeyPermissions {

    /**
     * Lets a function's role decrypt under a key from now on, as far as the caller may let it.
     *
     * @throws AwsError KMS's refusal; nothing has changed then
     */
    void grant(RequestContext caller, FunctionKey function, String keyArn, String roleArn);

    /** Takes back what {@link #grant} gave and no version of the function needs (any more). */
    void settle(FunctionKey function);
}
