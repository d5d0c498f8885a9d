/**
 * Benchmarks of the started product; {@code benchmarks/run NAME} starts one. Each prints a table
 * with its baseline from the same run: quote the ratios, the machine is noisy.
 */
@NullMarked
package dev.cloister.benchmarks;

import org.jspecify.annotations.NullMarked;
