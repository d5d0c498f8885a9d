package dev.cloister.functions.code;

import java.util.List;

/** How {@code mkfs.erofs} (erofs-utils 1.5 or later) is called. */
public final class ErofsCommand {
    /**
     * Before image and folder. Fixed times, identifier and owner, no extended attributes: content
     * alone decides the bytes (mkfs.erofs(1)).
     */
    public static final List<String> OPTIONS =
            List.of(
                    "--quiet",
                    "-zlz4",
                    "-T0",
                    "-U",
                    "00000000-0000-0000-0000-000000000000",
                    "--all-root",
                    "-x-1");

    private ErofsCommand() {}
}
