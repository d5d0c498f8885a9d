/**
 * Code signing configurations: which profiles may sign a function's code, and what happens to a
 * deployment that they have not signed.
 *
 * <p>Start at {@link dev.cloister.functions.signing.CodeSigningConfigs}. What a signature is worth
 * in itself is the signer module's to say; which function has which configuration is in its record.
 */
@NullMarked
package dev.cloister.functions.signing;

import org.jspecify.annotations.NullMarked;
