/**
 * A request's head as it came over the wire: method, raw path, query and headers.
 *
 * <p>Signatures are computed over what was received, so nothing here is normalized. The types know
 * neither the HTTP server that read them nor the services that they are for.
 */
@NullMarked
package dev.cloister.api.message;

import org.jspecify.annotations.NullMarked;
