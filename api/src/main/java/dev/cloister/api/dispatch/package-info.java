/**
 * From a request to the operation that it is for, and back: telling services apart, authentication,
 * decoding, validation, the handler's call, and the reply.
 *
 * <p>Start at {@link dev.cloister.api.dispatch.Dispatcher}, whose {@code handle} reads as the order
 * of these steps; {@link dev.cloister.api.dispatch.ServiceCatalog} knows the services.
 */
@NullMarked
package dev.cloister.api.dispatch;

import org.jspecify.annotations.NullMarked;
