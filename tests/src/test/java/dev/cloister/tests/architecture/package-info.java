/** Rules about the code itself. */
@NullMarked
package dev.cloister.tests.architecture;

import org.jspecify.annotations.NullMarked;
