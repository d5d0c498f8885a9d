/**
 * The control plane: functions, versions, aliases and every configuration of theirs.
 *
 * <p>Start at {@link dev.cloister.functions.FunctionCatalog} (what the data plane sees). The wire
 * (operations in Amazon's types) is in {@code wire}; archives become images in {@code code}.
 */
@NullMarked
package dev.cloister.functions;

import org.jspecify.annotations.NullMarked;
