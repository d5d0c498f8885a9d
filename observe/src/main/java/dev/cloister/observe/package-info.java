/**
 * What happened: logs now; metrics, traces, the audit trail and metering have their place here.
 *
 * <p>Start at {@link dev.cloister.observe.LogStore}; the CloudWatch Logs operations are in {@code
 * wire}.
 */
@NullMarked
package dev.cloister.observe;

import org.jspecify.annotations.NullMarked;
