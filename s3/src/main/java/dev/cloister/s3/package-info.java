/**
 * Objects in buckets, as S3 keeps them: the contents encrypted in files of their own, everything
 * else in the database.
 *
 * <p>Start at {@link dev.cloister.s3.ObjectStorage}, which builds the parts: {@link
 * dev.cloister.s3.Buckets}, {@link dev.cloister.s3.StoredObjects}, {@link dev.cloister.s3.Uploads}
 * and {@link dev.cloister.s3.Listings}. What AWS documents of S3 is the source of every rule.
 */
@NullMarked
package dev.cloister.s3;

import org.jspecify.annotations.NullMarked;
