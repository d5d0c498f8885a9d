package dev.cloister.storage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The one binary form of an encryption context, for use as additional authenticated data. */
public final class EncryptionContext {
    private EncryptionContext() {}

    /**
     * Entries in order of their keys, each key and value as UTF-8 behind its length: two contexts
     * have the same form only if they are equal.
     */
    public static byte[] canonical(Map<String, String> context) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(context.size()).array());
        new TreeMap<>(context)
                .forEach(
                        (key, value) -> {
                            append(out, key);
                            append(out, value);
                        });
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }
}
