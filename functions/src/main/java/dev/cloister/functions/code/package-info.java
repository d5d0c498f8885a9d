/**
 * Archives become images: a zip of unknown origin is checked entry by entry, unpacked into a work
 * folder and packed as an erofs file.
 *
 * <p>Start at {@link dev.cloister.functions.code.CodePackager}. Every byte of an archive is hostile
 * until {@code Archive} has passed it. The only process started here is the image builder's.
 */
@NullMarked
package dev.cloister.functions.code;

import org.jspecify.annotations.NullMarked;
