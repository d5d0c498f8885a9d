/**
 * S3's operations in Amazon's types: the only place of the module that knows them.
 *
 * <p>{@link dev.cloister.s3.wire.S3Service} is the table; each class beside it has the operations
 * of one kind.
 */
@NullMarked
package dev.cloister.s3.wire;

import org.jspecify.annotations.NullMarked;
