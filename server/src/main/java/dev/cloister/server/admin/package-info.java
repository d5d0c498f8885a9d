/**
 * Status of the running server over a Unix socket in the data folder.
 *
 * <p>Start at {@link dev.cloister.server.admin.AdminServer}. A request is one line of JSON, {@code
 * {"command":"status"}}; the answer is one line of JSON, and the connection ends. Only root and the
 * server's own user may connect. What a status says comes from {@link
 * dev.cloister.server.admin.StatusSource}, which the composition root implements.
 */
@NullMarked
package dev.cloister.server.admin;

import org.jspecify.annotations.NullMarked;
