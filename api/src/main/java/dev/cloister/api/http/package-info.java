/**
 * The HTTP server: Helidon's, wrapped, so that nothing outside this package sees it.
 *
 * <p>{@link dev.cloister.api.http.HttpServer} listens and hands each request, as a {@link
 * dev.cloister.api.http.HttpExchange}, to a {@link dev.cloister.api.http.HttpHandler} on the
 * connection's virtual thread. What a client may send and how long it may take is bounded here; who
 * it is and what it wants is not looked at.
 */
@NullMarked
package dev.cloister.api.http;

import org.jspecify.annotations.NullMarked;
