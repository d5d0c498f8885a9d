package dev.cloister.api;

import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries out one modeled operation. Called on a virtual thread, once per request, concurrently.
 * The input has passed the constraints of the service's facts file.
 *
 * @param <I> Amazon's request type
 * @param <O> Amazon's response type
 */
@FunctionalInterface
public interface OperationHandler<I extends SdkPojo, O extends SdkPojo> {

    /**
     * @throws AwsError if the request is refused; it has then changed nothing
     */
    O handle(I input, RequestContext context);
}
