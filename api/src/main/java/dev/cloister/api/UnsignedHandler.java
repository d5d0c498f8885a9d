package dev.cloister.api;

import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries out one operation that takes unsigned requests. Called on a virtual thread, once per
 * request, concurrently.
 *
 * @param <I> Amazon's request type
 * @param <O> Amazon's response type
 */
@FunctionalInterface
public interface UnsignedHandler<I extends SdkPojo, O extends SdkPojo> {

    /**
     * @throws AwsError if the request is refused; it has then changed nothing
     */
    O handle(I input, UnsignedContext context);
}
