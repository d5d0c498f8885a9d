package dev.cloister.worker;

import java.util.Optional;

/**
 * What an environment is asked to run.
 *
 * @param requestId a UUID, equal to the caller's {@code x-amzn-RequestId}
 * @param invokedFunctionArn with the qualifier that the caller used
 * @param event JSON
 * @param clientContext the decoded JSON of {@code X-Amz-Client-Context}
 * @param traceHeader the value of {@code X-Amzn-Trace-Id} for this invocation
 * @param tenantId whom the environment serves, where the function isolates tenants
 * @param tailLog whether the outcome carries the last 4,096 bytes of the log
 */
public record Invocation(
        String requestId,
        String invokedFunctionArn,
        Payload event,
        Optional<String> clientContext,
        String traceHeader,
        Optional<String> tenantId,
        boolean tailLog) {}
