/** The product killed at any moment: nothing acknowledged is lost, nothing is left behind. */
@NullMarked
package dev.cloister.tests.crash;

import org.jspecify.annotations.NullMarked;
