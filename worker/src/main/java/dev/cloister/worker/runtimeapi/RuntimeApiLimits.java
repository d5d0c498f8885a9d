package dev.cloister.worker.runtimeapi;

import java.time.Duration;

/** The limits of the Runtime API, per environment where nothing else is said. */
public final class RuntimeApiLimits {

    /** A response or an error document: 6 MiB and 100 bytes, as on AWS. */
    public static final int MAX_PAYLOAD_BYTES = 6_291_556;

    /** Request line and headers that every connection may send. */
    static final int HEAD_BYTES = 16 * 1024;

    /**
     * Request line and headers that one connection of an environment at a time may send: {@code
     * Lambda-Runtime-Function-XRay-Error-Cause} alone may have 1 MB.
     */
    static final int LARGE_HEAD_BYTES = 1_064_960;

    /** A body that is read only to be dropped, before its connection is closed instead. */
    static final int MAX_DRAINED_BYTES = 16 * 1024 * 1024;

    /** A chunk-size line or one trailer line. */
    static final int CHUNK_LINE_BYTES = 1_024;

    /** The base64 text of {@code Lambda-Runtime-Function-Error-Body}, and every other trailer. */
    static final int TRAILERS_BYTES = 256 * 1024;

    /** How much one system call reads or writes, so that the JDK's own copies stay small. */
    static final int TRANSFER_BYTES = 128 * 1024;

    /**
     * From the first byte of a request to the end of its head, and to the end of a body that is not
     * an invocation's. An invocation's body may take as long as the invocation.
     */
    static final Duration SLOW_SENDER = Duration.ofSeconds(10);

    private RuntimeApiLimits() {}
}
