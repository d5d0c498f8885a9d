/** Tests of signature verification, with Amazon's own signer as the oracle. */
@NullMarked
package dev.cloister.api.sigv4;

import org.jspecify.annotations.NullMarked;
