/** Tests. */
@NullMarked
package dev.cloister.keys.managed;

import org.jspecify.annotations.NullMarked;
