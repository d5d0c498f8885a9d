/** Placeholder. */
@NullMarked
package dev.cloister.keys;

import org.jspecify.annotations.NullMarked;
