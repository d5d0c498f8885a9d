/** Placeholder. */
@NullMarked
package dev.cloister.invoke;

import org.jspecify.annotations.NullMarked;
