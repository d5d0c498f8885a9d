/** Functions that try to get out of their execution environment, each with its expected refusal. */
@NullMarked
package dev.cloister.tests.attack;

import org.jspecify.annotations.NullMarked;
