/**
 * The isolation of one environment: namespaces, cgroup limits, seccomp, mounts, encrypted scratch
 * and egress, by way of an OCI runtime.
 *
 * <p>Start at {@link dev.cloister.worker.sandbox.Sandbox}, the contract that every backend keeps.
 * This package and {@code linux} are the only code that needs root.
 */
@NullMarked
package dev.cloister.worker.sandbox;

import org.jspecify.annotations.NullMarked;
