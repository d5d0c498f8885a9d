/** Tests of tokens, with an issuer on loopback. */
@NullMarked
package dev.cloister.identity.federation;

import org.jspecify.annotations.NullMarked;
