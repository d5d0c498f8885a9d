package dev.cloister.invoke;

import dev.cloister.functions.RecursiveLoop;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Stops functions that invoke themselves, directly or by way of others, without an end: the trace
 * header counts, and the SDKs send it on with what a function does (Developer Guide, "Use Lambda
 * recursive loop detection to prevent infinite loops"). Thread-safe.
 */
final class LoopDetection {
    /** "Approximately 16 times in the same chain of requests". */
    static final int MAX_INVOCATIONS = 16;

    private static final int ID_BYTES = 4;

    private final RandomGenerator random;

    /**
     * @param random thread-safe
     */
    LoopDetection(RandomGenerator random) {
        this.random = random;
    }

    /**
     * Counts an invocation in.
     *
     * @return the header that the function gets
     * @throws dev.cloister.api.AwsError RecursiveInvocationException, if the chain has invoked the
     *     function so often that it is a loop, and loops are not allowed to go on
     */
    String enter(String header, String functionArn, RecursiveLoop loop) {
        String id = id(functionArn);
        Lineage lineage = Lineage.of(header);
        if (lineage.invocations(id) >= MAX_INVOCATIONS && loop == RecursiveLoop.TERMINATE) {
            throw InvokeErrors.recursion();
        }
        return lineage.through(id, random).in(header);
    }

    private static String id(String functionArn) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(functionArn.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
