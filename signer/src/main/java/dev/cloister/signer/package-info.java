/**
 * Code signing: the part of AWS Signer that Lambda's code signing needs. Signing profiles with
 * their keys and certificates, signatures of archives, revocations, and the examination of a signed
 * archive.
 *
 * <p>Start at {@link dev.cloister.signer.Signer}. The format of a signed archive is in {@code
 * archive}, and for others in docs/code-signing.md. What a finding means for a deployment is the
 * control plane's to say, not this module's.
 */
@NullMarked
package dev.cloister.signer;

import org.jspecify.annotations.NullMarked;
