/**
 * Managed runtimes: image recipes, bootstraps, versions.
 *
 * <p>Start at {@link dev.cloister.runtimes.RuntimeCatalog} (what exists) and {@link
 * dev.cloister.runtimes.RuntimeImages} (builds an image when it is first needed).
 */
@NullMarked
package dev.cloister.runtimes;

import org.jspecify.annotations.NullMarked;
