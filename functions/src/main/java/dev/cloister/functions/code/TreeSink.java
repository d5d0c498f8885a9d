package dev.cloister.functions.code;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Receives an archive's tree. Paths are relative, clean and checked; a parent comes before its
 * children, no path comes twice.
 */
interface TreeSink {
    void directory(String path) throws IOException;

    /**
     * @param executable whether the function may run it
     * @return where its content goes; the caller closes it
     */
    OutputStream file(String path, boolean executable) throws IOException;

    void symbolicLink(String path, String target) throws IOException;

    /** Takes everything and keeps nothing: for checking. */
    TreeSink NOWHERE =
            new TreeSink() {
                @Override
                public void directory(String path) {}

                @Override
                public OutputStream file(String path, boolean executable) {
                    return OutputStream.nullOutputStream();
                }

                @Override
                public void symbolicLink(String path, String target) {}
            };
}
