/**
 * Keys: the root key of an installation and the accounts' keys under it, for envelope encryption.
 *
 * <p>Start at {@link dev.cloister.keys.RootKeyring}. Three levels: the root key, a file; one
 * AES-256 key for each account and alias, wrapped by the root key, in the database; data keys,
 * wrapped by those, beside what they encrypt. Whoever has only the database or only the root key
 * file has nothing. Key policies, grants and the KMS operations are not here yet.
 */
@NullMarked
package dev.cloister.keys;

import org.jspecify.annotations.NullMarked;
