/** Tests of this package. */
@NullMarked
package dev.cloister.secrets;

import org.jspecify.annotations.NullMarked;
