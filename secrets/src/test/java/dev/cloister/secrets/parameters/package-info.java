/** Tests. */
@NullMarked
package dev.cloister.secrets.parameters;

import org.jspecify.annotations.NullMarked;
