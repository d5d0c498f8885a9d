/**
 * The worker: execution environments from init to shutdown.
 *
 * <p>Start at {@link dev.cloister.worker.Worker}. Child packages: {@code linux} (system calls by
 * FFM: namespaces, mounts, cgroups, epoll), {@code sandbox} (the isolation of one environment, by
 * way of an OCI runtime), {@code runtimeapi} (what the sandbox talks to), {@code environment} (the
 * life cycle). Only these packages start processes or touch cgroups, mounts and namespaces. The
 * worker knows nothing of accounts, policies or HTTP clients.
 */
@NullMarked
package dev.cloister.worker;

import org.jspecify.annotations.NullMarked;
