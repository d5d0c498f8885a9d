package dev.cloister.worker.runtimeapi;

import java.util.regex.Pattern;

/** The error types that a runtime may report. */
final class ErrorTypes {
    private static final Pattern VALID =
            Pattern.compile("(Runtime|Function)\\.[A-Z][a-zA-Z]{1,80}");

    private ErrorTypes() {}

    /** The type itself if it is one, else {@code Function.Unknown} or {@code Runtime.Unknown}. */
    static String checked(String reported) {
        if (VALID.matcher(reported).matches()) {
            return reported;
        }
        return reported.startsWith("Function.") ? "Function.Unknown" : "Runtime.Unknown";
    }
}
