package dev.cloister.api;

import java.util.List;

/** What an operation needs to be allowed, from its input. Called before the operation itself. */
@FunctionalInterface
public interface AccessRule {

    /**
     * All of it has to be allowed; none means that every caller may.
     *
     * @throws AwsError if the input names no resource that there can be
     */
    List<AccessCheck> checks(AccessInput input, RequestContext context);
}
