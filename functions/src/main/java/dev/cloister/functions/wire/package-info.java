/**
 * The control plane's operations in Amazon's request and response types, which stop here.
 *
 * <p>Start at {@link dev.cloister.functions.wire.LambdaService}, the table. A member of a request
 * that nothing here carries out is refused, never ignored.
 */
@NullMarked
package dev.cloister.functions.wire;

import org.jspecify.annotations.NullMarked;
