package dev.cloister.api.dispatch;

import dev.cloister.api.wire.Protocol;
import java.util.Map;
import java.util.Optional;

/**
 * What a request is for, as far as its head tells.
 *
 * @param protocol the protocol that it speaks, also for errors where the service is unknown
 * @param service the service, or empty if this endpoint has no such one
 * @param identified whether something else than the credential scope names the service
 * @param operation the operation; for the query protocol it is in the body, so empty here
 * @param operationName what the request calls the operation, for messages
 * @param labels the values of the path's labels
 */
record Target(
        Protocol protocol,
        Optional<Service> service,
        boolean identified,
        Optional<OperationEntry> operation,
        String operationName,
        Map<String, String> labels) {

    static Target unknown(Protocol protocol, Optional<Service> service, String operationName) {
        return new Target(protocol, service, false, Optional.empty(), operationName, Map.of());
    }
}
