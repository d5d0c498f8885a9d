/**
 * What a sandbox talks to: the Runtime API, on a small HTTP/1.1 loop of our own, and the tunnel to
 * the platform's API.
 *
 * <p>Start at {@link dev.cloister.worker.runtimeapi.RuntimeSession}, the meeting point of one
 * runtime process and its environment. {@link dev.cloister.worker.runtimeapi.RuntimeApiServer} and
 * what is behind it only turn bytes into calls on it. Everything that comes in on a socket here is
 * hostile: each size, count and wait has a limit.
 */
@NullMarked
package dev.cloister.worker.runtimeapi;

import org.jspecify.annotations.NullMarked;
