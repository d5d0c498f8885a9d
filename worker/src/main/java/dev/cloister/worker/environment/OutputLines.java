package dev.cloister.worker.environment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts what a runtime prints into log messages: one per line; {@code \r} within a line becomes a
 * line feed (bootstraps join the lines of one record that way); longer lines than a log event may
 * have are split. Not thread-safe.
 */
final class OutputLines {
    /** The size of a log event: 256 KiB of UTF-8. */
    static final int MAX_MESSAGE_BYTES = 256 * 1024;

    private byte[] pending = new byte[256];
    private int size;

    /** The lines that {@code bytes} complete. */
    List<String> add(byte[] bytes) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                append(bytes, from, i, lines);
                complete(lines);
                from = i + 1;
            }
        }
        append(bytes, from, bytes.length, lines);
        return lines;
    }

    /** What is there of a line that has no end yet. */
    List<String> flush() {
        if (size == 0) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        complete(lines);
        return lines;
    }

    private void append(byte[] bytes, int from, int to, List<String> lines) {
        int at = from;
        while (at < to) {
            int count = Math.min(to - at, MAX_MESSAGE_BYTES - size);
            if (size + count > pending.length) {
                int larger = Math.max(size + count, pending.length * 2);
                pending = Arrays.copyOf(pending, Math.min(larger, MAX_MESSAGE_BYTES));
            }
            System.arraycopy(bytes, at, pending, size, count);
            size += count;
            at += count;
            if (size == MAX_MESSAGE_BYTES) {
                split(lines);
            }
        }
    }

    /** Emits a full buffer, up to the start of a character that may continue. */
    private void split(List<String> lines) {
        int start = size;
        for (int back = 1; back <= 3; back++) {
            if ((pending[size - back] & 0xC0) == 0xC0) {
                start = size - back;
                break;
            }
        }
        byte[] rest = Arrays.copyOfRange(pending, start, size);
        size = start;
        complete(lines);
        System.arraycopy(rest, 0, pending, 0, rest.length);
        size = rest.length;
    }

    private void complete(List<String> lines) {
        int end = size;
        while (end > 0 && pending[end - 1] == '\r') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            if (pending[i] == '\r') {
                pending[i] = '\n';
            }
        }
        if (end > 0) {
            // CloudWatch Logs has no empty events
            emit(new String(pending, 0, end, StandardCharsets.UTF_8), lines);
        }
        size = 0;
        if (pending.length > 64 * 1024) {
            pending = new byte[256];
        }
    }

    /** Bytes that are no UTF-8 grow to three each when they are replaced. */
    private static void emit(String text, List<String> lines) {
        if (text.length() <= MAX_MESSAGE_BYTES / 3
                || text.getBytes(StandardCharsets.UTF_8).length <= MAX_MESSAGE_BYTES) {
            lines.add(text);
            return;
        }
        int half = text.length() / 2;
        if (Character.isLowSurrogate(text.charAt(half))) {
            half--;
        }
        emit(text.substring(0, half), lines);
        emit(text.substring(half), lines);
    }
}
