package dev.cloister.api.dispatch;

import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.Authorizer;
import dev.cloister.api.RequestContext;

/** Asks the authorizer about a decoded request before anything is done. Thread-safe. */
final class Gate {
    private final Authorizer authorizer;

    Gate(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /**
     * @throws dev.cloister.api.AwsError if the request is denied
     */
    void pass(Service service, OperationEntry entry, AccessInput input, RequestContext context) {
        String operation = entry.facts().name();
        AccessRule rule =
                service.access()
                        .rule(operation)
                        .orElseThrow(
                                () -> new IllegalStateException("no rule of access: " + operation));
        authorizer.authorize(service.signingName(), rule.checks(input, context), context);
    }
}
