package dev.cloister.s3;

import java.time.Instant;

/** A part of an upload. */
record Part(int number, Segment content, String etag, String checksum, Instant modifiedAt) {}
