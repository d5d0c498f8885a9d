/**
 * The Java runtime inside an execution environment: the loop between the Lambda Runtime API and a
 * function's handler. It behaves as AWS's Java runtimes do.
 *
 * <p>Start at {@link dev.cloister.bootstrap.Main}. This code runs with a function's own, on Java 21
 * and later, and is compiled for 21; functions don't see it, because their class loader shows them
 * only the JDK, {@code aws-lambda-java-core} and themselves.
 */
@NullMarked
package dev.cloister.bootstrap;

import org.jspecify.annotations.NullMarked;
