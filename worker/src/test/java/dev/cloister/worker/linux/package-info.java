/**
 * Tests of {@code dev.cloister.worker.linux}; those that need root say so and are skipped without.
 */
@NullMarked
package dev.cloister.worker.linux;

import org.jspecify.annotations.NullMarked;
