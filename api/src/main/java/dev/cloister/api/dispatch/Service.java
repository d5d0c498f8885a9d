package dev.cloister.api.dispatch;

import dev.cloister.api.AccessTable;
import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.validation.Validator;
import dev.cloister.api.wire.Codec;
import dev.cloister.api.wire.Protocol;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A service on the endpoint, with all that its requests need looked up once. Immutable. */
final class Service {
    /**
     * The operations that carry a deployment package, and the limit that Lambda's refusal of a
     * larger request names.
     */
    private static final Set<String> WITH_PACKAGE =
            Set.of("CreateFunction", "UpdateFunctionCode", "PublishLayerVersion");

    private static final long PACKAGE_LIMIT = 70_167_211;

    private final String signingName;
    private final ServiceFacts facts;
    private final Protocol protocol;
    private final Codec codec;
    private final Validator validator;
    private final AccessTable access;
    private final Map<String, OperationEntry> operations = new HashMap<>();
    private final RestXmlRoutes objectRoutes = new RestXmlRoutes();
    private final PathTable<OperationEntry> paths = new PathTable<>();

    /**
     * @param maxBody the most bytes of a body where the operation has no limit of its own
     * @throws IllegalArgumentException if the definition doesn't fit the facts
     */
    Service(ServiceDefinition definition, long maxBody) {
        this.signingName = definition.signingName();
        this.facts = ServiceFacts.load(definition.facts());
        this.protocol = Protocol.of(facts);
        this.codec =
                Codec.of(facts)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "the protocol "
                                                        + protocol
                                                        + " of the service "
                                                        + signingName
                                                        + " is not available in this version"));
        this.validator = new Validator(facts);
        this.access = definition.access();
        Map<String, Operation> implementations = new HashMap<>();
        for (Operation operation : definition.operations()) {
            if (!facts.operations().containsKey(operation.name())) {
                throw new IllegalArgumentException(
                        signingName + " has no operation " + operation.name());
            }
            if (!(operation instanceof Operation.Unsigned)
                    && access.rule(operation.name()).isEmpty()) {
                throw new IllegalArgumentException(
                        signingName + " has no rule of access for " + operation.name());
            }
            if (implementations.put(operation.name(), operation) != null) {
                throw new IllegalArgumentException(
                        signingName + " defines " + operation.name() + " twice");
            }
        }
        for (OperationFacts operation : facts.operations().values()) {
            OperationEntry entry =
                    entry(
                            operation,
                            Optional.ofNullable(implementations.get(operation.name())),
                            maxBody);
            operations.put(operation.name(), entry);
            if (protocol == Protocol.REST_XML) {
                objectRoutes.add(facts, operation, entry);
            }
            if (protocol == Protocol.REST_JSON) {
                paths.add(operation.method(), operation.requestUri(), entry);
            }
        }
    }

    private OperationEntry entry(
            OperationFacts operation, Optional<Operation> implementation, long maxBody) {
        if (implementation.isPresent() && implementation.get() instanceof Operation.Raw raw) {
            return new OperationEntry(operation, implementation, raw.maxBody(), raw.maxBody());
        }
        boolean withPackage =
                signingName.equals("lambda") && WITH_PACKAGE.contains(operation.name());
        long limit = withPackage ? PACKAGE_LIMIT : maxBody;
        return new OperationEntry(operation, implementation, limit - 1, limit);
    }

    String signingName() {
        return signingName;
    }

    Protocol protocol() {
        return protocol;
    }

    Codec codec() {
        return codec;
    }

    AccessTable access() {
        return access;
    }

    Validator validator() {
        return validator;
    }

    String targetPrefix() {
        return facts.targetPrefix();
    }

    Optional<OperationEntry> operation(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    boolean isUnsigned(String name) {
        return operation(name)
                .flatMap(OperationEntry::implementation)
                .filter(Operation.Unsigned.class::isInstance)
                .isPresent();
    }

    Optional<OperationEntry> object(RequestHead head, ObjectAddress address) {
        return objectRoutes.find(head, address);
    }

    Optional<PathTable.Match<OperationEntry>> path(RequestHead head) {
        return paths.find(head.method(), head.rawPath(), head.query());
    }
}
