package dev.cloister.identity.policy;

/** The first element by which a statement doesn't speak of a request. */
public enum Mismatch {
    NONE("matches"),
    ACTION("the action is another"),
    RESOURCE("the resource is another"),
    PRINCIPAL("the principal is another"),
    CONDITION("a condition doesn't hold");

    private final String text;

    Mismatch(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
