/**
 * CloudWatch Logs as clients see it: the operations in Amazon's types, over the log store.
 *
 * <p>Start at {@link dev.cloister.observe.wire.LogsService}, the table of operations. The rules of
 * the API that concern one request only (limits, tokens, ARNs, wording) are here; what is kept and
 * found is the store's.
 */
@NullMarked
package dev.cloister.observe.wire;

import org.jspecify.annotations.NullMarked;
