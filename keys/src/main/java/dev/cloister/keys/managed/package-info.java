/**
 * KMS keys: their states, aliases, policies, grants, rotation and imported material, and the
 * operations that use them. Keys belong to an account and a region; the database is the only copy
 * of what is known of them, and every operation reads it. Material is stored under the account's
 * key, hence under the root key, and is in clear only while an operation uses it.
 *
 * <p>Begin with {@code ManagedKeys}, which puts the parts together.
 */
@NullMarked
package dev.cloister.keys.managed;

import org.jspecify.annotations.NullMarked;
