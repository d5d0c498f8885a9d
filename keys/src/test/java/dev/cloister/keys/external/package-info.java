/** Tests of outside keys. */
@NullMarked
package dev.cloister.keys.external;

import org.jspecify.annotations.NullMarked;
