/**
 * The life cycle of execution environments: init, invoke, freeze, restart, shutdown, their log, and
 * the sandboxes that are prepared ahead.
 *
 * <p>Start at {@link dev.cloister.worker.environment.DefaultWorker}, then {@code
 * SandboxedEnvironment}. At any moment one thread owns an environment: the one that runs its init
 * or its invocation, freezes it or ends it; ownership is a lock. The invoker's own thread writes
 * the event to the runtime's socket, so that a warm invocation has one hand-off between threads.
 */
@NullMarked
package dev.cloister.worker.environment;

import org.jspecify.annotations.NullMarked;
