package dev.cloister.api.dispatch;

import dev.cloister.api.Operation;
import dev.cloister.api.facts.OperationFacts;
import java.util.Optional;

/**
 * An operation of a service's model.
 *
 * @param implementation empty if this version doesn't serve it
 * @param maxBody the most bytes that its body may have
 * @param sizeLimit what the refusal of a larger body names
 */
record OperationEntry(
        OperationFacts facts, Optional<Operation> implementation, long maxBody, long sizeLimit) {}
