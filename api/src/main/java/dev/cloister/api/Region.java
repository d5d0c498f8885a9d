package dev.cloister.api;

import java.util.regex.Pattern;

/** An AWS region code such as {@code us-east-1}; every resource belongs to one. */
public record Region(String value) {
    private static final Pattern FORM =
            Pattern.compile("(eusc-)?[a-z]{2,4}((-gov)|(-iso([a-z]?)))?-[a-z]+-[0-9]");

    /** The regions of the partition {@code aws}, as its SDKs tell them (partitions.json). */
    private static final Pattern PARTITION =
            Pattern.compile("(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]");

    public Region {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a region code: " + value);
        }
    }

    /**
     * @throws IllegalArgumentException if it is no region of the partition {@code aws}
     */
    public static Region ofPartition(String value) {
        Region region = new Region(value);
        if (!region.isOfPartition()) {
            throw new IllegalArgumentException(
                    "not a region of the partition aws, such as us-east-1: " + value);
        }
        return region;
    }

    /** Whether it is one of the partition {@code aws}, whose ARNs are the only ones here. */
    public boolean isOfPartition() {
        return PARTITION.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
