package dev.cloister.bootstrap;

/** A handler that can't be used, named as AWS names it. */
final class FunctionFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;

    FunctionFault(String type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    String type() {
        return type;
    }
}
