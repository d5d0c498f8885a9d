package dev.cloister.invoke.wire;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The X-Ray tracing header of an invocation (X-Ray Developer Guide, "Tracing header"). Thread-safe.
 */
public final class TraceHeader {
    private static final int MAX_LENGTH = 512;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9=;:_.|\\- ]*");

    private final SecureRandom random;

    public TraceHeader(SecureRandom random) {
        this.random = random;
    }

    /** The caller's header if it is well formed, or the root of a new trace, not decided about. */
    public String continueFrom(Optional<String> callers, Instant now) {
        return callers.map(TraceHeader::decoded)
                .filter(TraceHeader::isWellFormed)
                .orElseGet(() -> fresh(now));
    }

    /** {@code Root=…;Parent=…;Sampled=0} becomes {@code root=…;parent=…;sampled=0}. */
    public static String forCaller(String header) {
        return header.replace("Root=", "root=")
                .replace("Parent=", "parent=")
                .replace("Sampled=", "sampled=")
                .replace("Lineage=", "lineage=");
    }

    /** The SDK for Python quotes the bars of a lineage (botocore, handlers). */
    private static String decoded(String header) {
        return header.replace("%7C", "|").replace("%7c", "|");
    }

    private static boolean isWellFormed(String header) {
        return header.length() <= MAX_LENGTH
                && header.contains("Root=1-")
                && FORM.matcher(header).matches();
    }

    private String fresh(Instant now) {
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        HexFormat hex = HexFormat.of();
        return "Root=1-"
                + hex.toHexDigits(now.getEpochSecond(), 8)
                + "-"
                + hex.formatHex(bytes, 0, 12)
                + ";Parent="
                + hex.formatHex(bytes, 12, 20);
    }
}
