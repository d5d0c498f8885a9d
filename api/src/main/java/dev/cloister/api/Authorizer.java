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
            };

    /**
     * @param service the signing name
     * @param checks all of which have to be allowed
     * @throws AwsError AccessDeniedException with AWS's message
     */
    void authorize(String service, List<AccessCheck> checks, RequestContext context);
}
