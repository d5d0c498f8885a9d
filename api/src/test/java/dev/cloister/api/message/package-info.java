/** Tests of reading heads, queries and percent-encoding. */
@NullMarked
package dev.cloister.api.message;

import org.jspecify.annotations.NullMarked;
