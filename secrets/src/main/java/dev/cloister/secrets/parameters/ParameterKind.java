package dev.cloister.secrets.parameters;

import java.util.Arrays;
import java.util.Optional;

/** What a parameter's value is (API Reference, Parameter, Type). */
public enum ParameterKind {
    STRING("String"),
    STRING_LIST("StringList"),
    SECURE_STRING("SecureString");

    private final String wireName;

    ParameterKind(String wireName) {
        this.wireName = wireName;
    }

    /** Its name in requests and answers. */
    public String wireName() {
        return wireName;
    }

    /** The kind of a name, if there is one. */
    public static Optional<ParameterKind> named(String name) {
        return Arrays.stream(values()).filter(kind -> kind.wireName.equals(name)).findFirst();
    }
}
