/**
 * CloudWatch Logs' filter patterns: terms, JSON conditions, space-delimited fields, regular
 * expressions (CloudWatch Logs: "Filter pattern syntax").
 *
 * <p>Start at {@link dev.cloister.observe.filter.FilterPattern}. Patterns come from callers and
 * messages from functions, so both are hostile: parsing is bounded by the pattern's length, and
 * matching a regular expression by a budget of steps.
 */
@NullMarked
package dev.cloister.observe.filter;

import org.jspecify.annotations.NullMarked;
