/** Tests of code signing. */
@NullMarked
package dev.cloister.signer;

import org.jspecify.annotations.NullMarked;
