package dev.cloister.s3;

/**
 * A stretch of an object's content: all of one artifact.
 *
 * @param artifact its id
 * @param size in bytes
 */
record Segment(String artifact, long size) {}
