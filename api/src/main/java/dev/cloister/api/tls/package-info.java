/**
 * The installation's own certificate authority, for clients and workers that reach it over TLS.
 *
 * <p>{@link dev.cloister.api.tls.CertificateAuthority} makes it at the first start and issues the
 * server's certificate; serving TLS with that certificate is the HTTP server's affair.
 */
@NullMarked
package dev.cloister.api.tls;

import org.jspecify.annotations.NullMarked;
