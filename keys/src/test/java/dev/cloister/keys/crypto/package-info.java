/** Tests. */
@NullMarked
package dev.cloister.keys.crypto;

import org.jspecify.annotations.NullMarked;
