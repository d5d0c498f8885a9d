/**
 * Tokens of OpenID Connect issuers: reading them, finding the issuer's keys, verifying.
 *
 * <p>Start at {@link dev.cloister.identity.federation.TokenVerifier}. Signatures are checked by the
 * JDK; a token says which key and algorithm it uses, the key says what it may be used for, and both
 * have to agree. Keys come over HTTPS by {@link dev.cloister.identity.federation.DiscoveredKeys},
 * or from a file of the installation's owner.
 */
@NullMarked
package dev.cloister.identity.federation;

import org.jspecify.annotations.NullMarked;
