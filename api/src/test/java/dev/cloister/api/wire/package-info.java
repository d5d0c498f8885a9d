/** Tests of the codecs. */
@NullMarked
package dev.cloister.api.wire;

import org.jspecify.annotations.NullMarked;
