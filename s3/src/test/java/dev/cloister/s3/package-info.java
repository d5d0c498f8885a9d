/** Tests of objects in buckets, over a real database and real encrypted files. */
@NullMarked
package dev.cloister.s3;

import org.jspecify.annotations.NullMarked;
