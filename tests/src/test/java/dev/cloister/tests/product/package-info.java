/**
 * What the tests of the started product share: an installation of their own, clients, archives.
 *
 * <p>Start at {@link dev.cloister.tests.product.Installation}.
 */
@NullMarked
package dev.cloister.tests.product;

import org.jspecify.annotations.NullMarked;
