/** Tests of archives and images. */
@NullMarked
package dev.cloister.functions.code;

import org.jspecify.annotations.NullMarked;
