/**
 * Looks after the managed runtimes of a running server: which versions there are and who runs them,
 * newer packages, trials of a new version on functions of the product's own, the roll-out, and what
 * is about to be withdrawn. Begin at {@code RuntimeCare}; the admin socket asks it.
 */
@NullMarked
package dev.cloister.server.runtimes;

import org.jspecify.annotations.NullMarked;
