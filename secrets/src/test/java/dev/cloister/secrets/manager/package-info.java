/** Tests of this package. */
@NullMarked
package dev.cloister.secrets.manager;

import org.jspecify.annotations.NullMarked;
