/** Tests of telling operations apart. */
@NullMarked
package dev.cloister.api.dispatch;

import org.jspecify.annotations.NullMarked;
