package dev.cloister.api;

import java.util.List;

/** Decides whether a caller may do what its request needs. Implementations are thread-safe. */
public interface Authorizer {
    /** Allows everything, for endpoints whose callers are all trusted, such as those of tests. */
    Authorizer EVERYTHING =
            new Authorizer() {
                @Override
                public void authorize(
                        String service, List<AccessCheck> checks, RequestContext context) {}

                @Override
                public void authorizeUndeclared(
                        String service, String operation, RequestContext context) {}
            };

    /**
     * @param service the signing name
     * @param checks all of which have to be allowed
     * @throws AwsError AccessDeniedException with AWS's message
     */
    void authorize(String service, List<AccessCheck> checks, RequestContext context);

    /**
     * Decides about an operation of a service without rules of access.
     *
     * @throws AwsError AccessDeniedException to all but an account's root user
     */
    void authorizeUndeclared(String service, String operation, RequestContext context);
}
