package dev.cloister.bootstrap;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A failure as Lambda reports it: errorMessage, errorType, stackTrace, and cause if it has one. */
final class Errors {
    private static final int MAX_CAUSES = 20;

    private Errors() {}

    static byte[] json(Throwable failure) {
        StringBuilder out = new StringBuilder(1024);
        out.append('{');
        members(out, failure);
        return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    static void members(StringBuilder out, Throwable failure) {
        members(out, failure, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void members(StringBuilder out, Throwable failure, Set<Throwable> seen) {
        seen.add(failure);
        out.append("\"errorMessage\":");
        Json.quote(out, failure.getMessage());
        out.append(",\"errorType\":");
        Json.quote(out, failure.getClass().getName());
        out.append(",\"stackTrace\":[");
        String separator = "";
        for (StackTraceElement element : own(failure.getStackTrace())) {
            out.append(separator);
            Json.quote(out, element.toString());
            separator = ",";
        }
        out.append(']');
        Throwable cause = failure.getCause();
        if (cause != null && !seen.contains(cause) && seen.size() < MAX_CAUSES) {
            out.append(",\"cause\":{");
            members(out, cause, seen);
            out.append('}');
        }
    }

    /** As Throwable.printStackTrace has it, without the runtime's frames. */
    static String printed(Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) {
            each.setStackTrace(own(each.getStackTrace()));
            each = each.getCause();
        }
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Cuts what the runtime and reflection did to call the function. */
    static StackTraceElement[] own(StackTraceElement[] all) {
        int end = all.length;
        for (int i = 0; i < all.length; i++) {
            if (all[i].getClassName().startsWith("dev.cloister.bootstrap.")) {
                end = i;
                break;
            }
        }
        while (end > 0 && isReflection(all[end - 1].getClassName())) {
            end--;
        }
        return Arrays.copyOf(all, end);
    }

    private static boolean isReflection(String className) {
        return className.startsWith("java.lang.reflect.")
                || className.startsWith("jdk.internal.reflect.")
                || className.startsWith("java.lang.invoke.");
    }
}
