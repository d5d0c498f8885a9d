/** Tests of reading the facts files. */
@NullMarked
package dev.cloister.api.facts;

import org.jspecify.annotations.NullMarked;
