package dev.cloister.functions.code;

/** Where an environment shows what an archive holds. */
public enum Place {
    /** A function's code. */
    TASK("/var/task/"),
    /** Layers. */
    LAYERS("/opt/");

    private final String root;

    Place(String root) {
        this.root = root;
    }

    /** With a slash at its end: a symbolic link may name it. */
    String root() {
        return root;
    }
}
