/**
 * Layers: their numbered versions, who may use them, and the archives they are made of.
 *
 * <p>Start at {@link dev.cloister.functions.layers.Layers}, which changes them; {@link
 * dev.cloister.functions.layers.LayerIndex} is what everybody reads. How layers come together below
 * {@code /opt} is the business of the functions that have them.
 */
@NullMarked
package dev.cloister.functions.layers;

import org.jspecify.annotations.NullMarked;
