/**
 * The generic wire layer: HTTP to Amazon's own request and response types and back, by the field
 * tables that every {@code SdkPojo} carries.
 *
 * <p>{@link dev.cloister.api.wire.Codec} is the face, one implementation for each {@link
 * dev.cloister.api.wire.Protocol}. Nothing here knows an operation; what a message means is for the
 * handlers, and whether it keeps the model's constraints is for the validation.
 */
@NullMarked
package dev.cloister.api.wire;

import org.jspecify.annotations.NullMarked;
