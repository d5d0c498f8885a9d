/**
 * Verification of Signature Version 4, in headers and in presigned links.
 *
 * <p>{@link dev.cloister.api.sigv4.SignatureClaim} is what a request says of itself; {@link
 * dev.cloister.api.sigv4.SignatureVerifier} checks it in two steps: before the body is read (key,
 * scope, time) and with the payload's hash (the signature). The rules are those of AWS's guide "AWS
 * Signature Version 4 for API requests". How a refusal reads is the protocol's affair.
 */
@NullMarked
package dev.cloister.api.sigv4;

import org.jspecify.annotations.NullMarked;
