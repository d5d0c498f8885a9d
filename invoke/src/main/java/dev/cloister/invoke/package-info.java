/**
 * The data plane: admission, assignment of an execution environment, synchronous invokes.
 *
 * <p>Start at {@link dev.cloister.invoke.Invoker}. The HTTP form of Invoke is in {@code wire}. This
 * module reads functions' published snapshots and drives the worker's interface; it knows neither
 * the database nor how an environment is isolated.
 */
@NullMarked
package dev.cloister.invoke;

import org.jspecify.annotations.NullMarked;
