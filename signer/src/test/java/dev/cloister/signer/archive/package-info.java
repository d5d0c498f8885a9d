/** Tests of code signing. */
@NullMarked
package dev.cloister.signer.archive;

import org.jspecify.annotations.NullMarked;
