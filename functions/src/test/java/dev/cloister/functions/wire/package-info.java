/** Tests of the operations. */
@NullMarked
package dev.cloister.functions.wire;

import org.jspecify.annotations.NullMarked;
