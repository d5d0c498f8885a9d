package dev.cloister.functions;

import dev.cloister.api.SecretText;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A version's environment variables as the control plane holds them. */
public sealed interface EnvironmentVariables {

    /** None were given; AWS then shows no Environment at all. */
    record None() implements EnvironmentVariables {}

    /**
     * Given, perhaps empty. Equal if the variables are, however they were sealed.
     *
     * @param sealed the form in which they are stored
     */
    record Given(Map<String, SecretText> variables, String sealed) implements EnvironmentVariables {
        public Given {
            variables = Map.copyOf(variables);
        }

        /** By name, for showing. */
        public NavigableMap<String, SecretText> sorted() {
            return new TreeMap<>(variables);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Given that && variables.equals(that.variables);
        }

        @Override
        public int hashCode() {
            return variables.hashCode();
        }
    }

    /**
     * Stored, but the key that sealed them can't be used: the version can't run.
     *
     * @param sealed as stored, kept so that a later start may open them
     * @param reason why, without secrets
     */
    record Unreadable(String sealed, String reason) implements EnvironmentVariables {}
}
