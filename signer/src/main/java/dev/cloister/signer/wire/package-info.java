/**
 * AWS Signer on the endpoint: Amazon's types in, the module's records inside.
 *
 * <p>Start at {@link dev.cloister.signer.wire.SignerService}.
 */
@NullMarked
package dev.cloister.signer.wire;

import org.jspecify.annotations.NullMarked;
