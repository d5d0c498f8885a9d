/** Tests of the model's constraints and their wording. */
@NullMarked
package dev.cloister.api.validation;

import org.jspecify.annotations.NullMarked;
