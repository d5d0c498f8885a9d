/**
 * Tests of {@code dev.cloister.worker.sandbox}; those that need root say so and are skipped
 * without.
 */
@NullMarked
package dev.cloister.worker.sandbox;

import org.jspecify.annotations.NullMarked;
