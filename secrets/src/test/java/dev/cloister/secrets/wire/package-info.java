/** Tests of this package. */
@NullMarked
package dev.cloister.secrets.wire;

import org.jspecify.annotations.NullMarked;
