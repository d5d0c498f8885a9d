package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of an object (RFC 9110, section 14.1).
 *
 * @param from the first byte
 * @param length bytes
 */
record ByteRange(long from, long length) {
    private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * The range that a header asks for.
     *
     * @return empty for one that isn't well-formed, or several: then the whole is the answer
     * @throws AwsError if it lies behind the end
     */
    static Optional<ByteRange> of(String header, long size) {
        Matcher matcher = FORM.matcher(header.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty() && last.isEmpty()) {
            return Optional.empty();
        }
        if (first.isEmpty()) {
            long suffix = Math.min(Long.parseLong(last), size);
            if (suffix == 0) {
                throw unsatisfiable(header, size);
            }
            return Optional.of(new ByteRange(size - suffix, suffix));
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
        if (!last.isEmpty() && Long.parseLong(last) < from) {
            return Optional.empty();
        }
        if (from >= size) {
            throw unsatisfiable(header, size);
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    private static AwsError unsatisfiable(String header, long size) {
        return new AwsError(
                "InvalidRange",
                416,
                "The requested range is not satisfiable",
                Map.of(
                        "RangeRequested",
                        header,
                        "ActualObjectSize",
                        size,
                        "Content-Range",
                        "bytes */" + size));
    }

    /** As the Content-Range header has it. */
    String printed(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}
