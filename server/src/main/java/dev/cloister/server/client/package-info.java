/**
 * A small signed client of the API, for the first start's sample and {@code cloister logs}.
 *
 * <p>Start at {@link dev.cloister.server.client.ApiClient}. It signs with Amazon's signer and sends
 * with the JDK's HTTP client; it is not a general client, and no other module uses it.
 */
@NullMarked
package dev.cloister.server.client;

import org.jspecify.annotations.NullMarked;
