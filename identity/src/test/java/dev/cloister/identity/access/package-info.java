/** Tests of decisions about requests. */
@NullMarked
package dev.cloister.identity.access;

import org.jspecify.annotations.NullMarked;
