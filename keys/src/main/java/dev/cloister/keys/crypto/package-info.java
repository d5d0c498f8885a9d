/**
 * The cryptography of KMS keys: what each key spec can do, making material, sealing, signing,
 * message authentication codes, key agreement and the wrapping of imported material. Pure functions
 * over bytes: nothing here knows of accounts, states or storage. Begin with {@code KeySpec}.
 */
@NullMarked
package dev.cloister.keys.crypto;

import org.jspecify.annotations.NullMarked;
