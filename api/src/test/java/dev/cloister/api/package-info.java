/** Tests of the whole edge: Amazon's own clients, and hostile ones, against a running server. */
@NullMarked
package dev.cloister.api;

import org.jspecify.annotations.NullMarked;
