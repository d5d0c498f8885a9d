/**
 * Root keys that are sealed by a key outside of the installation: another KMS, a transit service in
 * HashiCorp Vault's protocol, or a PKCS#11 token. Start at {@link
 * dev.cloister.keys.external.RootKeySeal}.
 */
@NullMarked
package dev.cloister.keys.external;

import org.jspecify.annotations.NullMarked;
