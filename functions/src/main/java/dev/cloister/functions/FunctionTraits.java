package dev.cloister.functions;

import java.util.Optional;

/**
 * What is set for a function as a whole, whatever its versions. Immutable, and stored as it is: a
 * new member must be an Optional.
 *
 * @param codeSigningConfigArn which signatures its code must have
 * @param recursion what becomes of its loops; empty for the default
 * @param reservedConcurrency places that only its invocations take; 0 stops it
 */
public record FunctionTraits(
        Optional<String> codeSigningConfigArn,
        Optional<RecursiveLoop> recursion,
        Optional<Integer> reservedConcurrency) {
    /** Of a function for which nothing is set. */
    static final FunctionTraits NONE =
            new FunctionTraits(Optional.empty(), Optional.empty(), Optional.empty());

    public RecursiveLoop recursiveLoop() {
        return recursion.orElse(RecursiveLoop.TERMINATE);
    }

    FunctionTraits withCodeSigningConfig(Optional<String> arn) {
        return new FunctionTraits(arn, recursion, reservedConcurrency);
    }

    FunctionTraits withRecursion(RecursiveLoop loop) {
        return new FunctionTraits(codeSigningConfigArn, Optional.of(loop), reservedConcurrency);
    }

    FunctionTraits withReservedConcurrency(Optional<Integer> places) {
        return new FunctionTraits(codeSigningConfigArn, recursion, places);
    }
}
