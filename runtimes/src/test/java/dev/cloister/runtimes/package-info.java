/**
 * Tests of the recipes, and of each bootstrap against a Runtime API made for the test: with the
 * host's interpreters, and (tag {@code images}) inside real images.
 */
@NullMarked
package dev.cloister.runtimes;

import org.jspecify.annotations.NullMarked;
