package dev.cloister.functions;

/** What becomes of a function that is found to invoke itself in a loop. */
public enum RecursiveLoop {
    /** It goes on. */
    ALLOW("Allow"),
    /** Its next invocation is refused. The default. */
    TERMINATE("Terminate");

    private final String shown;

    RecursiveLoop(String shown) {
        this.shown = shown;
    }

    /** As the API writes it. */
    public String shown() {
        return shown;
    }

    /**
     * Reads what the API writes.
     *
     * @throws IllegalArgumentException if it is another text
     */
    public static RecursiveLoop of(String shown) {
        for (RecursiveLoop loop : values()) {
            if (loop.shown.equals(shown)) {
                return loop;
            }
        }
        throw new IllegalArgumentException("RecursiveLoop is Allow or Terminate, not " + shown);
    }
}
