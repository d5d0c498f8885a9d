/**
 * Invoke on the wire, coded by hand because it is the hot path (Lambda API reference, Invoke).
 *
 * <p>Start at {@link dev.cloister.invoke.wire.InvokeOperation}.
 */
@NullMarked
package dev.cloister.invoke.wire;

import org.jspecify.annotations.NullMarked;
