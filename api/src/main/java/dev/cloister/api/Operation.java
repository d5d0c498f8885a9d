package dev.cloister.api;

import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;

/**
 * A row of a service's table: the operation's name, which finds its HTTP binding, its shapes and
 * its constraints in the facts file, and what carries it out.
 */
public sealed interface Operation {
    String name();

    /**
     * An operation in Amazon's own types.
     *
     * @param newInput a fresh builder of the request type, for example {@code
     *     CreateFunctionRequest::builder}
     */
    record Modeled<I extends SdkPojo, O extends SdkPojo>(
            String name, Supplier<? extends SdkPojo> newInput, OperationHandler<I, O> handler)
            implements Operation {}

    /**
     * An operation coded by hand.
     *
     * @param maxBody largest body in bytes; a larger one is refused with AWS's error
     */
    record Raw(String name, long maxBody, RawHandler handler) implements Operation {}

    /**
     * An operation in Amazon's own types whose body, either way, goes past memory.
     *
     * @param newInput as of {@link Modeled}
     * @param maxBody largest body in bytes; a larger one is refused with AWS's error
     */
    record Streamed<I extends SdkPojo, O extends SdkPojo>(
            String name,
            Supplier<? extends SdkPojo> newInput,
            long maxBody,
            StreamedHandler<I, O> handler)
            implements Operation {}

    /**
     * An operation in Amazon's own types that takes unsigned requests; signed ones too.
     *
     * @param newInput as of {@link Modeled}
     */
    record Unsigned<I extends SdkPojo, O extends SdkPojo>(
            String name, Supplier<? extends SdkPojo> newInput, UnsignedHandler<I, O> handler)
            implements Operation {}

    static <I extends SdkPojo, O extends SdkPojo> Operation unsigned(
            String name, Supplier<? extends SdkPojo> newInput, UnsignedHandler<I, O> handler) {
        return new Unsigned<>(name, newInput, handler);
    }

    static <I extends SdkPojo, O extends SdkPojo> Operation modeled(
            String name, Supplier<? extends SdkPojo> newInput, OperationHandler<I, O> handler) {
        return new Modeled<>(name, newInput, handler);
    }
}
