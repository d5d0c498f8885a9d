package dev.cloister.api.facts;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The values of an enumeration, in the model's order. Immutable. */
public final class EnumValues {
    private final Set<String> values;
    private final String printed;

    public EnumValues(List<String> values) {
        this.values = new LinkedHashSet<>(values);
        this.printed = "[" + String.join(", ", this.values) + "]";
    }

    public boolean contains(String value) {
        return values.contains(value);
    }

    /** {@code [A, B]}. */
    @Override
    public String toString() {
        return printed;
    }
}
