/** Tests of code signing. */
@NullMarked
package dev.cloister.signer.wire;

import org.jspecify.annotations.NullMarked;
