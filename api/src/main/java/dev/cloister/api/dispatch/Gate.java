package dev.cloister.api.dispatch;

import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.Authorizer;
import dev.cloister.api.RequestContext;
import java.util.Optional;

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
        Optional<AccessRule> rule = service.access().rule(entry.facts().name());
        if (rule.isPresent()) {
            authorizer.authorize(service.signingName(), rule.get().checks(input, context), context);
        } else {
            authorizer.authorizeUndeclared(service.signingName(), entry.facts().name(), context);
        }
    }
}
