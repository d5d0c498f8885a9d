/** Tests of what S3's headers mean. */
@NullMarked
package dev.cloister.s3.wire;

import org.jspecify.annotations.NullMarked;
