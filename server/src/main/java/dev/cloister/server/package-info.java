/** Placeholder. */
@NullMarked
package dev.cloister.server;

import org.jspecify.annotations.NullMarked;
