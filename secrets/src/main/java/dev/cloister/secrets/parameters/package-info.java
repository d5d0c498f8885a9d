/**
 * SSM's Parameter Store: parameters with their versions, labels and tags. The database is the only
 * copy of what is known of them, and every operation reads it.
 *
 * <p>Begin with {@code ParameterStore}, which puts the parts together.
 */
@NullMarked
package dev.cloister.secrets.parameters;

import org.jspecify.annotations.NullMarked;
