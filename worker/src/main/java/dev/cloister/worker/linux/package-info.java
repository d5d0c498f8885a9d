/**
 * Linux by its system calls: mounts, namespaces, cgroups, loop devices, fscrypt, rtnetlink, epoll,
 * processes.
 *
 * <p>Everything goes through {@code java.lang.foreign} ({@link dev.cloister.worker.linux.Libc}), so
 * that nothing has to be compiled on the host. The classes here say what the kernel does and no
 * more: nothing of sandboxes or functions. Failures are {@link
 * dev.cloister.worker.linux.LinuxException}s with their errno.
 */
@NullMarked
package dev.cloister.worker.linux;

import org.jspecify.annotations.NullMarked;
