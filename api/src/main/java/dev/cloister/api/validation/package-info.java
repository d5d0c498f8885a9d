/**
 * The model's constraints (required, length, range, pattern, enumeration), checked on Amazon's own
 * request types and reported in the words of AWS's front ends.
 *
 * <p>{@link dev.cloister.api.validation.Validator} checks one operation's input; {@link
 * dev.cloister.api.validation.Exemptions} lists where a service checks for itself.
 */
@NullMarked
package dev.cloister.api.validation;

import org.jspecify.annotations.NullMarked;
