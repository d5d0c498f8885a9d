package dev.cloister.api;

import java.util.regex.Pattern;

/** An AWS region code such as {@code us-east-1}; every resource belongs to one. */
public record Region(String value) {
    private static final Pattern FORM =
            Pattern.compile("(eusc-)?[a-z]{2,4}((-gov)|(-iso([a-z]?)))?-[a-z]+-[0-9]");

    public Region {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a region code: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
